package org.batchmill.train.loop;

import java.time.Duration;

/**
 * What is known after a step.
 *
 * @param step            updates done, this one included
 * @param steps           updates that are planned, 0 if that is open
 * @param loss            of this step's batch, that of all ranks, without regularisation
 * @param learningRate    of this update
 * @param gradientNorm    before clipping and decay
 * @param rows            samples in this step, on all ranks
 * @param pace            how fast it goes
 * @param gang            of a rank of a gang, how the ranks get on; null for whoever learns alone
 */
public record StepReport(
        long step,
        long steps,
        double loss,
        double learningRate,
        double gradientNorm,
        int rows,
        Pace pace,
        GangReport gang) {

    /**
     * How fast a training goes.
     *
     * @param imagesPerSecond over the last steps, waiting included
     * @param waitedShare     the share of the time of all steps so far in which the loop waited for data, 0 to 1
     * @param remaining       the estimated time to the planned end; null if that is open
     */
    public record Pace(double imagesPerSecond, double waitedShare, Duration remaining) {}

    /** Of somebody who learns alone. */
    public StepReport(
            long step, long steps, double loss, double learningRate, double gradientNorm, int rows, Pace pace) {
        this(step, steps, loss, learningRate, gradientNorm, rows, pace, null);
    }
}
