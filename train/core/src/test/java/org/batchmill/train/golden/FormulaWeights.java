package org.batchmill.train.golden;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Parameter;

/** Weights that every program can make for itself: a hash of the position in a network's weight stream. */
public final class FormulaWeights {

    private FormulaWeights() {}

    /** From -.5 to .5, for position {@code k} of the stream. */
    public static double r(long k) {
        int h = (int) k;
        h = (h ^ (h >>> 16)) * 0x7feb352d;
        h = (h ^ (h >>> 15)) * 0x846ca68b;
        h = h ^ (h >>> 16);
        return Integer.toUnsignedLong(h) / 4294967296.0 - .5;
    }

    /** A weight of a layer with so many connections into each output. */
    public static float weight(long k, int fanIn) {
        return (float) (r(k) * (2 * Math.sqrt(3.0 / fanIn)));
    }

    public static float bias(long k) {
        return (float) (r(k) * .1);
    }

    /** An input value, from 0 to 1. */
    public static float input(long k, long offset) {
        return (float) (r(k + offset) + .5);
    }

    public static float[] inputs(int count, long offset) {
        float[] values = new float[count];
        for (int k = 0; k < count; k++) {
            values[k] = input(k, offset);
        }
        return values;
    }

    /** All trained parameters in the order of the PyTorch cases' stream: the network's own. */
    public static Map<String, float[]> torch(Network network) {
        Map<String, float[]> all = new LinkedHashMap<>();
        long k = 0;
        for (Parameter parameter : network.parameters()) {
            if (parameter.trainable()) {
                all.put(parameter.name(), values(parameter, k));
                k += parameter.size();
            }
        }
        return all;
    }

    /**
     * All parameters in the order of darknet's stream: biases (a batch norm's beta), gamma, mean, variance, weights.
     *
     * @param offset      added to the position
     * @param inputMajor whether dense weights are [in][out] in the stream, as in 2015
     */
    public static Map<String, float[]> darknet(Network network, long offset, boolean inputMajor) {
        Map<String, float[]> all = new LinkedHashMap<>();
        Map<String, Parameter> parameters = new LinkedHashMap<>();
        network.parameters().forEach(parameter -> parameters.put(parameter.name(), parameter));
        long k = offset;
        List<Layer> layers = network.layers();
        for (int i = 0; i < layers.size(); i++) {
            String name = layers.get(i).name();
            Parameter weights = parameters.get(name + "/weights");
            if (weights == null) {
                continue;
            }
            boolean normalized = i + 1 < layers.size() && layers.get(i + 1) instanceof Layer.BatchNorm;
            List<String> order = normalized
                    ? List.of(
                            layers.get(i + 1).name() + "/beta",
                            layers.get(i + 1).name() + "/gamma",
                            layers.get(i + 1).name() + "/mean",
                            layers.get(i + 1).name() + "/variance")
                    : List.of(name + "/biases");
            for (String each : order) {
                all.put(each, values(parameters.get(each), k));
                k += parameters.get(each).size();
            }
            float[] values = values(weights, k);
            boolean transposed = inputMajor && layers.get(i) instanceof Layer.Dense;
            all.put(
                    weights.name(),
                    transposed ? transposed(values, weights.dimensions().get(0)) : values);
            k += values.length;
        }
        return all;
    }

    private static float[] transposed(float[] inputMajor, int out) {
        int in = inputMajor.length / out;
        float[] values = new float[inputMajor.length];
        for (int o = 0; o < out; o++) {
            for (int i = 0; i < in; i++) {
                values[o * in + i] = inputMajor[i * out + o];
            }
        }
        return values;
    }

    private static float[] values(Parameter parameter, long start) {
        float[] values = new float[parameter.size()];
        for (int i = 0; i < values.length; i++) {
            long k = start + i;
            values[i] = switch (parameter.role()) {
                case WEIGHTS -> weight(k, parameter.fanIn());
                case GAMMA -> (float) (1 + r(k) * .1);
                case VARIANCE -> (float) (1 + r(k) * .5);
                case BIASES, BETA, MEAN -> bias(k);
            };
        }
        return values;
    }
}
