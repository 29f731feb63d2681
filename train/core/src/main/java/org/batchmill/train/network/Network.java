package org.batchmill.train.network;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Layers from an image (or a vector, or a sequence of frames) to a vector, each of which reads the outputs of layers before it: a graph
 * without circles, in the order in which it runs, that ends with its last layer. A plain value: engines compile it, checkpoints keep it.
 *
 * <p>Given a list of layers, each reads the one before. Branches are built by {@link #builder}:
 *
 * <pre>{@code
 * Network.builder("fork", new Shape(3, 32, 32))
 *         .add(Layer.Conv2d.square("stem", 16, 3, 2, Padding.same(), true))
 *         .add(Layer.Conv2d.square("narrow", 8, 1, 1, Padding.same(), true), "stem")
 *         .add(Layer.Conv2d.square("wide", 8, 5, 1, Padding.same(), true), "stem")
 *         .add(new Layer.Concat("both"), "narrow", "wide")
 *         .add(new Layer.GlobalAveragePool("mean"))
 *         .build();
 * }</pre>
 *
 * @param name      the model's name: {@code yolo-v1-tiny}
 * @param input     the shape of one frame
 * @param timeSteps frames in a sample: 1, or more where a recurrent layer follows; the layers before it see each frame alone
 * @param layers    in the order in which they run
 * @param inputs    what each layer reads, by its name: names of layers before it, or {@link #INPUT}. A layer that is missing in what is given
 *     reads the one before it
 */
public record Network(String name, Shape input, int timeSteps, List<Layer> layers, Map<String, List<String>> inputs) {

    /** The name by which layers read the network's input. */
    public static final String INPUT = "input";

    public Network {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(input, "input");
        layers = List.copyOf(layers);
        if (timeSteps < 1) {
            throw new IllegalArgumentException("time steps: " + timeSteps);
        }
        inputs = NetworkCheck.inputs(layers, inputs);
        NetworkShapes.of(input, timeSteps, layers, inputs);
    }

    /** Each block reads the one before. */
    public Network(String name, Shape input, int timeSteps, List<? extends Block> blocks) {
        this(name, input, timeSteps, Wiring.chain(blocks));
    }

    /** Each block reads the one before; one frame a sample. */
    public Network(String name, Shape input, List<? extends Block> blocks) {
        this(name, input, 1, blocks);
    }

    private Network(String name, Shape input, int timeSteps, Wiring wiring) {
        this(name, input, timeSteps, wiring.layers, wiring.inputs);
    }

    /** Builds a network layer by layer. */
    public static NetworkBuilder builder(String name, Shape input) {
        return new NetworkBuilder(name, input);
    }

    /** The scale that the first layer is, where nothing else reads the input; empty if there is none. */
    public Optional<Layer.InputScale> inputScale() {
        return !layers.isEmpty()
                        && layers.get(0) instanceof Layer.InputScale scale
                        && readers().get(INPUT).size() == 1
                ? Optional.of(scale)
                : Optional.empty();
    }

    /** Whether each layer reads the one before it and nothing else. */
    public boolean isChain() {
        return inputs.equals(Wiring.chain(layers).inputs);
    }

    /** Who reads the output of each layer, and of {@link #INPUT}, in order; a layer that reads it twice stands there twice. */
    public Map<String, List<String>> readers() {
        Map<String, List<String>> readers = new LinkedHashMap<>();
        readers.put(INPUT, new ArrayList<>());
        layers.forEach(layer -> readers.put(layer.name(), new ArrayList<>()));
        inputs.forEach(
                (reader, read) -> read.forEach(layer -> readers.get(layer).add(reader)));
        return readers;
    }

    /** The shape of the output of one sample; a sequence's frames lie one behind the other as a vector. */
    public Shape output() {
        NetworkShapes.Output output = shapes().last();
        return output.frames() == 1
                ? output.shape()
                : Shape.vector(
                        Math.multiplyExact(output.frames(), output.shape().size()));
    }

    /** Layer name to the shape of its output, of one frame where it puts out several, in order. */
    public Map<String, Shape> outputShapes() {
        Map<String, Shape> outputs = new LinkedHashMap<>();
        NetworkShapes shapes = shapes();
        layers.forEach(
                layer -> outputs.put(layer.name(), shapes.of(layer.name()).shape()));
        return outputs;
    }

    /**
     * How many frames of a sample a layer puts out: all time steps, or 1 behind what joins them.
     *
     * @param layer its name, or {@link #INPUT}
     */
    public int frames(String layer) {
        return shapes().of(layer).frames();
    }

    /** Every parameter, in the order of the layers. */
    public List<Parameter> parameters() {
        NetworkShapes shapes = shapes();
        List<Parameter> parameters = new ArrayList<>();
        for (Layer layer : layers) {
            Shape in = shapes.of(inputs.get(layer.name()).get(0)).shape();
            parameters.addAll(layer.accept(new LayerParameters(in)));
        }
        return List.copyOf(parameters);
    }

    /** How many numbers training changes. */
    public long trainableCount() {
        return parameters().stream()
                .filter(Parameter::trainable)
                .mapToLong(Parameter::size)
                .sum();
    }

    private NetworkShapes shapes() {
        return NetworkShapes.of(input, timeSteps, layers, inputs);
    }
}
