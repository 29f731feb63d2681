package org.batchmill.train.loss;

/**
 * The mean over a row's outputs of the binary cross-entropy -t log s(z) - (1-t) log(1-s(z)), where z is the output (a logit: the network
 * ends without a sigmoid), s the sigmoid and t the targets from 0 to 1.
 */
public record SigmoidCrossEntropy() implements Loss {

    @Override
    public double evaluate(float[] outputs, float[] targets, int rows, int totalRows, float[] gradient) {
        return Elementwise.sum(outputs, targets, rows, totalRows, gradient, (logit, target, slope) -> {
            // e^-|z| never overflows: max(z, 0) - z t + log(1 + e^-|z|) is the same sum.
            double decay = Math.exp(-Math.abs(logit));
            double probability = logit >= 0 ? 1 / (1 + decay) : decay / (1 + decay);
            slope[0] = probability - target;
            // The comparison, not Math.max alone, lets NaN through.
            return (logit > 0 ? logit : logit < 0 ? 0 : logit) - logit * target + Math.log1p(decay);
        });
    }

    @Override
    public int targetSize(int outputSize) {
        return outputSize;
    }
}
