package org.batchmill.train.network;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * An ordered list of layers from a picture (or a vector, or a sequence of frames) to a vector. A plain value: engines compile it,
 * checkpoints keep it.
 *
 * @param name      the model's name: {@code yolo-v1-tiny}
 * @param input     the shape of one frame
 * @param timeSteps frames in a sample: 1, or more where an {@link Layer.Lstm} follows; the layers before it see each frame alone
 * @param layers    in order
 */
public record Network(String name, Shape input, int timeSteps, List<Layer> layers) {

    public Network {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(input, "input");
        layers = List.copyOf(layers);
        if (timeSteps < 1) {
            throw new IllegalArgumentException("time steps: " + timeSteps);
        }
        NetworkCheck.check(input, layers);
    }

    public Network(String name, Shape input, List<Layer> layers) {
        this(name, input, 1, layers);
    }

    /** The scale that the first layer is; empty if it is another layer. */
    public Optional<Layer.InputScale> inputScale() {
        return !layers.isEmpty() && layers.get(0) instanceof Layer.InputScale scale
                ? Optional.of(scale)
                : Optional.empty();
    }

    /** The shape of the output of one sample. */
    public Shape output() {
        Map<String, Shape> shapes = outputShapes();
        return layers.isEmpty()
                ? input
                : shapes.get(layers.get(layers.size() - 1).name());
    }

    /** Layer name to output shape, in order; the layers inside residual blocks are included. */
    public Map<String, Shape> outputShapes() {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        OutputShape.of(input, layers, shapes);
        return shapes;
    }

    /** Every parameter in order: those inside residual blocks too. */
    public List<Parameter> parameters() {
        return LayerParameters.of(input, layers);
    }

    /** How many numbers training changes. */
    public long trainableCount() {
        return parameters().stream()
                .filter(Parameter::trainable)
                .mapToLong(Parameter::size)
                .sum();
    }
}
