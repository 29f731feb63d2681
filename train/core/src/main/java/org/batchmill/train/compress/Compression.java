package org.batchmill.train.compress;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.batchmill.records.UsageException;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Parameter;

/**
 * Ways to make trained weights smaller. Biases and normalization are left alone: they are few, and networks are sensitive to them.
 * The given arrays are never changed.
 */
public final class Compression {

    private static final int ROUNDS = 30;

    private Compression() {}

    /** Changes one parameter's weights, and says how many bits they take. */
    private interface Method {
        long apply(Parameter parameter, float[] weights);
    }

    /**
     * Sets the smallest weights of each layer to 0 (Han et al. 2015). Counted as stored sparsely: 32 bits and a 16-bit distance to
     * the next for each weight that is left.
     *
     * @param share of the weights of each layer that become 0, from 0 up to 1
     */
    public static CompressedWeights pruned(Network network, Map<String, float[]> parameters, double share) {
        if (!(share >= 0 && share < 1)) {
            throw new UsageException("a share of " + share + " cannot be pruned");
        }
        return compressed(network, parameters, (parameter, weights) -> {
            float[] sizes = new float[weights.length];
            for (int i = 0; i < sizes.length; i++) {
                sizes[i] = Math.abs(weights[i]);
            }
            Arrays.sort(sizes);
            int pruned = (int) (share * weights.length);
            float threshold = pruned == 0 ? -1 : sizes[pruned - 1];
            long left = 0;
            for (int i = 0; i < weights.length; i++) {
                weights[i] = Math.abs(weights[i]) <= threshold ? 0 : weights[i];
                left += weights[i] != 0 ? 1 : 0;
            }
            return left * (Float.SIZE + Short.SIZE);
        });
    }

    /**
     * Replaces the weights of each layer by the nearest of {@code 2^bits} shared values, found by k-means from values spread evenly
     * (Han et al. 2016). Counted as an index a weight and a table a layer.
     *
     * @param bits 1 to 8
     */
    public static CompressedWeights shared(Network network, Map<String, float[]> parameters, int bits) {
        if (bits < 1 || bits > 8) {
            throw new UsageException("weights are shared with 1 to 8 bits, not " + bits);
        }
        return compressed(network, parameters, (parameter, weights) -> {
            double[] table = means(weights, 1 << bits);
            for (int i = 0; i < weights.length; i++) {
                weights[i] = (float) table[nearest(table, weights[i])];
            }
            return (long) bits * weights.length + (long) Float.SIZE * table.length;
        });
    }

    /**
     * Replaces the weights of each filter or unit by plus or minus their mean size (Rastegari et al. 2016). Counted as a bit a
     * weight and a float a filter.
     */
    public static CompressedWeights binarised(Network network, Map<String, float[]> parameters) {
        return compressed(network, parameters, (parameter, weights) -> {
            int filters = parameter.dimensions().get(0);
            int size = weights.length / filters;
            for (int from = 0; from < weights.length; from += size) {
                double sum = 0;
                for (int i = from; i < from + size; i++) {
                    sum += Math.abs(weights[i]);
                }
                for (int i = from; i < from + size; i++) {
                    weights[i] = (float) (weights[i] < 0 ? -sum / size : sum / size);
                }
            }
            return weights.length + (long) Float.SIZE * filters;
        });
    }

    private static CompressedWeights compressed(Network network, Map<String, float[]> parameters, Method method) {
        Map<String, float[]> result = new LinkedHashMap<>();
        long count = 0;
        long zeros = 0;
        long before = 0;
        long after = 0;
        for (Parameter parameter : network.parameters()) {
            float[] values = parameters.get(parameter.name());
            long plain = (long) Float.SIZE * values.length;
            before += plain;
            if (parameter.role() != Parameter.Role.WEIGHTS) {
                result.put(parameter.name(), values);
                after += plain;
                continue;
            }
            float[] weights = values.clone();
            after += method.apply(parameter, weights);
            result.put(parameter.name(), weights);
            count += weights.length;
            for (float weight : weights) {
                zeros += weight == 0 ? 1 : 0;
            }
        }
        return new CompressedWeights(result, count, zeros, before, after);
    }

    /** Ascending cluster means; clusters that lose all their weights keep their place. */
    private static double[] means(float[] weights, int count) {
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (float weight : weights) {
            low = Math.min(low, weight);
            high = Math.max(high, weight);
        }
        double[] means = new double[count];
        for (int i = 0; i < count; i++) {
            means[i] = low + (high - low) * i / (count - 1);
        }
        double[] before = new double[0];
        for (int round = 0; round < ROUNDS && !Arrays.equals(before, means); round++) {
            before = means.clone();
            double[] sums = new double[count];
            long[] members = new long[count];
            for (float weight : weights) {
                int cluster = nearest(means, weight);
                sums[cluster] += weight;
                members[cluster]++;
            }
            for (int i = 0; i < count; i++) {
                means[i] = members[i] == 0 ? means[i] : sums[i] / members[i];
            }
        }
        return means;
    }

    /** In an ascending table. */
    private static int nearest(double[] table, double value) {
        int found = Arrays.binarySearch(table, value);
        if (found >= 0) {
            return found;
        }
        int above = -found - 1;
        if (above == 0) {
            return 0;
        }
        if (above == table.length) {
            return table.length - 1;
        }
        return value - table[above - 1] <= table[above] - value ? above - 1 : above;
    }
}
