package org.batchmill.train.monitor;

/**
 * A line of metrics.csv. What was not measured at this step is NaN, an empty field in the file.
 *
 * @param step           updates done
 * @param waitedShare    0 to 1
 * @param validationLoss of the evaluation behind this step
 * @param metric         of the evaluation behind this step
 */
public record MetricsRow(
        long step,
        double loss,
        double learningRate,
        double gradientNorm,
        double imagesPerSecond,
        double waitedShare,
        double validationLoss,
        double metric) {}
