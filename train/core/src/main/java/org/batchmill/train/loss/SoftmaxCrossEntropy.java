package org.batchmill.train.loss;

/**
 * {@code -sum of t log softmax(z)} over a row's outputs, where z are the outputs (logits: the network ends without a softmax) and t the
 * targets: one-hot, or probabilities that sum to 1.
 */
public record SoftmaxCrossEntropy() implements Loss {

    @Override
    public double evaluate(float[] outputs, float[] targets, int rows, int totalRows, float[] gradient) {
        int size = Elementwise.rowSize(outputs, targets, rows, gradient);
        double total = 0;
        for (int row = 0; row < rows; row++) {
            int from = row * size;
            double largest = Double.NEGATIVE_INFINITY;
            for (int i = from; i < from + size; i++) {
                largest = Math.max(largest, outputs[i]);
            }
            double partition = 0;
            double mass = 0;
            for (int i = from; i < from + size; i++) {
                partition += Math.exp(outputs[i] - largest);
                mass += targets[i];
            }
            double logPartition = largest + Math.log(partition);
            for (int i = from; i < from + size; i++) {
                double logProbability = outputs[i] - logPartition;
                if (targets[i] != 0) {
                    total -= targets[i] * logProbability;
                }
                gradient[i] = (float) ((mass * Math.exp(logProbability) - targets[i]) / totalRows);
            }
        }
        return total / totalRows;
    }

    @Override
    public int targetSize(int outputSize) {
        return outputSize;
    }
}
