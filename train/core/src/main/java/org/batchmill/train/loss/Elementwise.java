package org.batchmill.train.loss;

/** What the losses that compare output i with targets i have in common. */
final class Elementwise {

    private Elementwise() {}

    /** One output's loss. */
    interface Term {
        /** Returns the loss and puts its derivative by the output into {@code slope[0]}. */
        double at(double output, double target, double[] slope);
    }

    /** The mean of a term over the outputs of a row, summed over rows and divided by {@code totalRows}. */
    static double sum(float[] outputs, float[] targets, int rows, int totalRows, float[] gradient, Term term) {
        int size = rowSize(outputs, targets, rows, gradient);
        double share = 1.0 / size / totalRows;
        double total = 0;
        double[] slope = new double[1];
        for (int i = 0; i < rows * size; i++) {
            total += term.at(outputs[i], targets[i], slope);
            gradient[i] = (float) (slope[0] * share);
        }
        return total * share;
    }

    /** How many outputs a row has; arrays may not be larger than the rows need, so that a wrong size is never read past. */
    static int rowSize(float[] outputs, float[] targets, int rows, float[] gradient) {
        if (rows < 1
                || outputs.length % rows != 0
                || targets.length != outputs.length
                || gradient.length != outputs.length) {
            throw new IllegalArgumentException(rows + " rows of " + outputs.length + " outputs, " + targets.length
                    + " targets, " + gradient.length + " gradients");
        }
        return outputs.length / rows;
    }
}
