package org.batchmill.train.loss;

/** The mean over a row's outputs of (output - targets)^2. */
public record MeanSquaredError() implements Loss {

    @Override
    public double evaluate(float[] outputs, float[] targets, int rows, int totalRows, float[] gradient) {
        return Elementwise.sum(outputs, targets, rows, totalRows, gradient, (output, target, slope) -> {
            double error = output - target;
            slope[0] = 2 * error;
            return error * error;
        });
    }

    @Override
    public int targetSize(int outputSize) {
        return outputSize;
    }
}
