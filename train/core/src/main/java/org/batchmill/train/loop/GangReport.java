package org.batchmill.train.loop;

/**
 * How the ranks of a gang get on with each other, after a step.
 *
 * @param size        how many ranks there are
 * @param othersShare the share of the time of all steps so far in which this rank exchanged gradients and waited for other ranks, 0 to 1
 * @param slowest     the rank that took the longest for its rows so far; of asynchronous ranks, that takes the longest for a batch
 * @param staleness   of asynchronous training; null for any other
 */
public record GangReport(int size, double othersShare, int slowest, Staleness staleness) {

    /**
     * How many updates others made between the pull of weights and the update by the gradients that are of them.
     *
     * @param last of this update
     * @param mean of all updates since this process began
     * @param most of these
     */
    public record Staleness(int last, double mean, int most) {}
}
