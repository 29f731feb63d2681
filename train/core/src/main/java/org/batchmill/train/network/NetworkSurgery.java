package org.batchmill.train.network;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Networks made of others, whose layers keep their names and so their parameters. */
public final class NetworkSurgery {

    private NetworkSurgery() {}

    /**
     * With another number of outputs: its last layer with weights, a dense one or a convolution, gets so many units or filters.
     *
     * @throws IllegalArgumentException if that does not give so many outputs
     */
    public static Network head(Network network, int outputs) {
        if (network.output().size() == outputs) {
            return network;
        }
        List<Layer> layers = new ArrayList<>(network.layers());
        int at = layers.size() - 1;
        String last = lastWithWeights(network);
        while (at >= 0 && !layers.get(at).name().equals(last)) {
            at--;
        }
        int index = at;
        Layer head = at < 0
                ? null
                : dense(layers.get(at), outputs)
                        .or(() -> convolution(layers.get(index), outputs))
                        .orElse(null);
        if (head != null) {
            layers.set(at, head);
            Network other = new Network(network.name(), network.input(), network.timeSteps(), layers, network.inputs());
            if (other.output().size() == outputs) {
                return other;
            }
        }
        throw new IllegalArgumentException(
                network.name() + " has " + network.output().size() + " outputs, and its last layer with weights, "
                        + last + ", cannot give it " + outputs);
    }

    private static String lastWithWeights(Network network) {
        String last = "";
        for (Parameter parameter : network.parameters()) {
            last = parameter.role() == Parameter.Role.WEIGHTS ? parameter.layer() : last;
        }
        return last;
    }

    private static Optional<Layer> dense(Layer layer, int units) {
        return layer instanceof Layer.Dense dense
                ? Optional.of(new Layer.Dense(
                        dense.name(), units, dense.bias(), dense.weightInitializer(), dense.biasInitializer()))
                : Optional.empty();
    }

    private static Optional<Layer> convolution(Layer layer, int filters) {
        return layer instanceof Layer.Conv2d conv
                ? Optional.of(conv.toBuilder().filters(filters).build())
                : Optional.empty();
    }

    /**
     * For inputs of another shape.
     *
     * @throws IllegalArgumentException if a layer does not fit; the message names it
     */
    public static Network resized(Network network, Shape input) {
        return new Network(network.name(), input, network.timeSteps(), network.layers(), network.inputs());
    }

    /** With a chain of layers between its input and all that read it. */
    public static Network front(Network network, List<Layer> chain) {
        if (chain.isEmpty()) {
            return network;
        }
        List<Layer> layers = new ArrayList<>(chain);
        layers.addAll(network.layers());
        String end = chain.get(chain.size() - 1).name();
        Map<String, List<String>> inputs = new LinkedHashMap<>();
        network.inputs()
                .forEach((layer, read) -> inputs.put(
                        layer,
                        read.stream()
                                .map(name -> name.equals(Network.INPUT) ? end : name)
                                .toList()));
        inputs.put(chain.get(0).name(), List.of(Network.INPUT));
        return new Network(network.name(), network.input(), network.timeSteps(), layers, inputs);
    }

    /** Without a softmax at its end, which a loss for classes brings along: what comes out are logits. */
    public static Network logits(Network network) {
        int last = network.layers().size() - 1;
        boolean softmax = last > 0
                && network.layers().get(last) instanceof Layer.Activation activation
                && activation.function() == ActivationFunction.SOFTMAX
                && network.inputs()
                        .get(activation.name())
                        .equals(List.of(network.layers().get(last - 1).name()));
        if (!softmax) {
            return network;
        }
        Map<String, List<String>> inputs = new LinkedHashMap<>(network.inputs());
        inputs.remove(network.layers().get(last).name());
        return new Network(
                network.name(),
                network.input(),
                network.timeSteps(),
                network.layers().subList(0, last),
                inputs);
    }
}
