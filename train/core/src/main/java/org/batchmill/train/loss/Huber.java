package org.batchmill.train.loss;

/**
 * The mean over a row's outputs of e^2 / 2 where |e| is at most {@code delta}, else delta (|e| - delta / 2), with e = output - targets
 * (Huber 1964).
 *
 * @param delta where the square turns into a line, above 0
 */
public record Huber(float delta) implements Loss {

    public Huber {
        if (!(delta > 0)) {
            throw new IllegalArgumentException("delta: " + delta);
        }
    }

    @Override
    public double evaluate(float[] outputs, float[] targets, int rows, int totalRows, float[] gradient) {
        return Elementwise.sum(outputs, targets, rows, totalRows, gradient, (output, target, slope) -> {
            double error = output - target;
            double size = Math.abs(error);
            if (size > delta) {
                slope[0] = delta * Math.signum(error);
                return delta * (size - delta / 2.0);
            }
            slope[0] = error;
            return error * error / 2;
        });
    }

    @Override
    public int targetSize(int outputSize) {
        return outputSize;
    }
}
