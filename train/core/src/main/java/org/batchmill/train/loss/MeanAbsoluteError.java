package org.batchmill.train.loss;

/** The mean over a row's outputs of |output - targets|, also called L1; its derivative at 0 is taken as 0. */
public record MeanAbsoluteError() implements Loss {

    @Override
    public double evaluate(float[] outputs, float[] targets, int rows, int totalRows, float[] gradient) {
        return Elementwise.sum(outputs, targets, rows, totalRows, gradient, (output, target, slope) -> {
            double error = output - target;
            slope[0] = Math.signum(error);
            return Math.abs(error);
        });
    }

    @Override
    public int targetSize(int outputSize) {
        return outputSize;
    }
}
