package org.batchmill.train.network;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What each layer of a network puts out. */
final class NetworkShapes {

    /**
     * An output.
     *
     * @param shape  of one frame
     * @param frames of a sample
     */
    record Output(Shape shape, int frames) {}

    private final Map<String, Output> outputs = new HashMap<>();
    private String last = Network.INPUT;

    private NetworkShapes() {}

    /** @throws IllegalArgumentException if a layer cannot read what it is given; the message names the layer */
    static NetworkShapes of(Shape input, int timeSteps, List<Layer> layers, Map<String, List<String>> inputs) {
        NetworkShapes shapes = new NetworkShapes();
        shapes.outputs.put(Network.INPUT, new Output(input, timeSteps));
        Map<String, Layer> byName = new HashMap<>();
        for (Layer layer : layers) {
            byName.put(layer.name(), layer);
            List<String> names = inputs.get(layer.name());
            List<Output> read = names.stream().map(shapes.outputs::get).toList();
            requireOneLength(layer, names, read);
            requireLengths(layer, names, byName);
            List<Shape> in = read.stream().map(Output::shape).toList();
            Shape shape = layer.accept(new OutputShape(in));
            requireCountable(layer, shape);
            shapes.outputs.put(layer.name(), new Output(shape, frames(layer, read.get(0), timeSteps)));
            shapes.last = layer.name();
        }
        return shapes;
    }

    private static void requireCountable(Layer layer, Shape shape) {
        if ((double) shape.channels() * shape.height() * shape.width() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    layer.name() + ": puts out " + shape + ", which is more values than an array holds");
        }
    }

    private static int frames(Layer layer, Output in, int timeSteps) {
        if (layer.readsSequences() && in.frames() != timeSteps) {
            throw new IllegalArgumentException(
                    layer.name() + ": reads one vector a sample, not the frames of a sequence");
        }
        return layer.joinsFrames() ? 1 : in.frames();
    }

    private static void requireOneLength(Layer layer, List<String> names, List<Output> read) {
        for (int i = 1; i < read.size() && !layer.isRecurrent(); i++) {
            if (read.get(i).frames() != read.get(0).frames()) {
                throw new IllegalArgumentException(layer.name() + ": " + names.get(0) + " has "
                        + read.get(0).frames() + " frames a sample, " + names.get(i) + " has "
                        + read.get(i).frames());
            }
        }
    }

    /** Lengths go into the second place of recurrent layers, and nothing else does. */
    private static void requireLengths(Layer layer, List<String> names, Map<String, Layer> byName) {
        for (int i = 0; i < names.size(); i++) {
            boolean lengths = byName.get(names.get(i)) instanceof Layer.Lengths;
            boolean wanted = layer.isRecurrent() && i == 1;
            if (lengths != wanted) {
                throw new IllegalArgumentException(layer.name()
                        + (wanted
                                ? ": its second input is " + names.get(i) + ", which is no Lengths layer"
                                : ": reads " + names.get(i) + ", whose lengths only recurrent layers take, second"));
            }
        }
    }

    Output of(String layer) {
        Output output = outputs.get(layer);
        if (output == null) {
            throw new IllegalArgumentException("no layer is called " + layer);
        }
        return output;
    }

    Output last() {
        return outputs.get(last);
    }
}
