package org.batchmill.train.engine;

import java.util.Arrays;
import java.util.List;

/**
 * The arithmetic of a batch norm that goes by the rows of all ranks: engines measure their own rows, and take back what all rows come to.
 * One for each layer; of each pass {@link #forward} is called first.
 *
 * <p>Backward, with {@code x^ = (x - mean) / deviation}, the gradient of the input is {@code gamma / deviation (dy - mean of dy - x^ mean of
 * (dy x^))}, both means over all rows (Ioffe and Szegedy, Batch Normalization, 2015). Used by one thread.
 */
public final class SynchronizedNorm {

    private double count;

    /**
     * Replaces the mean and variance of this rank's rows by those of all rows. Means and variances are put together, not sums of squares,
     * which would cancel (Chan, Golub and LeVeque, Updating formulae, 1979).
     *
     * @param values   in a channel of this rank's rows
     * @param mean     [channels]
     * @param variance [channels] divided by the number of values
     */
    public void forward(RankStatistics ranks, long values, float[] mean, float[] variance) {
        int channels = mean.length;
        float[] own = new float[2 * channels + 1];
        own[2 * channels] = values;
        System.arraycopy(mean, 0, own, 0, channels);
        System.arraycopy(variance, 0, own, channels, channels);
        List<float[]> all = ranks.exchange(own);
        count = all.stream().mapToDouble(its -> its[2 * channels]).sum();
        for (int c = 0; c < channels; c++) {
            double sum = 0;
            for (float[] its : all) {
                sum += (double) its[2 * channels] * its[c];
            }
            double whole = sum / count;
            double squares = 0;
            for (float[] its : all) {
                double off = its[c] - whole;
                squares += its[2 * channels] * (its[channels + c] + off * off);
            }
            mean[c] = (float) whole;
            variance[c] = (float) (squares / count);
        }
    }

    /** Values in a channel of all ranks' rows of the last {@link #forward}. */
    public double count() {
        return count;
    }

    /**
     * Replaces sums over this rank's rows by means over all rows.
     *
     * @param gradient   [channels] sums of dy
     * @param normalized [channels] sums of dy x^
     */
    public void backward(RankStatistics ranks, float[] gradient, float[] normalized) {
        int channels = gradient.length;
        float[] own = Arrays.copyOf(gradient, 2 * channels);
        System.arraycopy(normalized, 0, own, channels, channels);
        double[] sums = new double[2 * channels];
        for (float[] its : ranks.exchange(own)) {
            for (int i = 0; i < sums.length; i++) {
                sums[i] += its[i];
            }
        }
        for (int c = 0; c < channels; c++) {
            gradient[c] = (float) (sums[c] / count);
            normalized[c] = (float) (sums[channels + c] / count);
        }
    }
}
