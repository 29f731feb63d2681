package org.batchmill.train.darknet;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.batchmill.records.UsageException;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Parameter;

/**
 * The order of a network's parameters in a weights file. Convolution: biases, then with batch norm scales, means, variances, then
 * weights [out][in][kh][kw]. Locally connected: biases and weights, both in our order. Dense: biases, weights, then with batch norm scales,
 * means, variances. With batch norm the biases are its beta and the scales its gamma.
 */
final class WeightStream {

    private WeightStream() {}

    /**
     * @param layer the layer that it is stored with: a batch norm's parameters are with those of what is before it
     * @param dense whether the parameter is the weights of a dense layer, which some files hold transposed
     */
    record Entry(Parameter parameter, String layer, boolean dense) {}

    /** @throws UsageException if the network has parameters that the format has no place for */
    static List<Entry> of(Network network) {
        Map<String, Parameter> parameters = new HashMap<>();
        network.parameters().forEach(parameter -> parameters.put(parameter.name(), parameter));
        List<Entry> stream = new ArrayList<>();
        List<Layer> layers = network.layers();
        for (int i = 0; i < layers.size(); i++) {
            Layer layer = layers.get(i);
            Layer.BatchNorm norm =
                    i + 1 < layers.size() && layers.get(i + 1) instanceof Layer.BatchNorm next ? next : null;
            if (layer instanceof Layer.Conv2d conv) {
                addBiases(stream, parameters, conv.name(), conv.bias(), norm);
                addStatistics(stream, parameters, conv.name(), norm);
                stream.add(new Entry(parameters.get(conv.name() + "/weights"), conv.name(), false));
            } else if (layer instanceof Layer.LocallyConnected2d local) {
                addBiases(stream, parameters, local.name(), local.bias(), norm);
                stream.add(new Entry(parameters.get(local.name() + "/weights"), local.name(), false));
            } else if (layer instanceof Layer.Dense dense) {
                addBiases(stream, parameters, dense.name(), dense.bias(), norm);
                stream.add(new Entry(parameters.get(dense.name() + "/weights"), dense.name(), true));
                addStatistics(stream, parameters, dense.name(), norm);
            }
        }
        if (!network.isChain() || stream.size() != parameters.size()) {
            throw new UsageException(network.name()
                    + " has parameters that a darknet weights file has no place for: only a chain of convolutions, locally"
                    + " connected and dense layers, each with biases or followed by batch norm, can be stored");
        }
        return stream;
    }

    static long floats(List<Entry> stream) {
        return stream.stream().mapToLong(entry -> entry.parameter().size()).sum();
    }

    private static void addBiases(
            List<Entry> stream, Map<String, Parameter> parameters, String layer, boolean bias, Layer.BatchNorm norm) {
        if (bias == (norm != null)) {
            throw new UsageException(layer + ": a darknet weights file holds either biases or a batch norm of a layer");
        }
        stream.add(new Entry(parameters.get(norm == null ? layer + "/biases" : norm.name() + "/beta"), layer, false));
    }

    private static void addStatistics(
            List<Entry> stream, Map<String, Parameter> parameters, String layer, Layer.BatchNorm norm) {
        if (norm != null) {
            for (String what : List.of("gamma", "mean", "variance")) {
                stream.add(new Entry(parameters.get(norm.name() + "/" + what), layer, false));
            }
        }
    }
}
