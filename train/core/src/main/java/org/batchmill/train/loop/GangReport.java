package org.batchmill.train.loop;

/**
 * How the ranks of a gang get on with each other, after a step.
 *
 * @param size        how many ranks there are
 * @param othersShare the share of the time of all steps so far in which this rank exchanged gradients and waited for other ranks, 0 to 1
 * @param slowest     the rank that took the longest for its rows so far
 */
public record GangReport(int size, double othersShare, int slowest) {}
