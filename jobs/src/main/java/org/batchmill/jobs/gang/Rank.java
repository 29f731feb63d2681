package org.batchmill.jobs.gang;

/**
 * A rank that has ended.
 *
 * @param killed whether it was ended from outside, because the others had ended and it had not
 */
record Rank(int number, int exitCode, boolean killed) {}
