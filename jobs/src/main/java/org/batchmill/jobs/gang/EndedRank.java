package org.batchmill.jobs.gang;

/**
 * A rank that has ended.
 *
 * @param exitCode of its process; beyond 128, the number of the signal that ended it
 * @param killed   whether it was ended from outside, because the others had ended and it had not
 */
public record EndedRank(int number, int exitCode, boolean killed) {}
