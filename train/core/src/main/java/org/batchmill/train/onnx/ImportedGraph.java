package org.batchmill.train.onnx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Shape;
import org.batchmill.train.onnx.OnnxValue.Affine;
import org.batchmill.train.onnx.OnnxValue.Axes;

/** What the nodes so far have become: layers with their parameters, the values between them, and constants. Used once. */
final class ImportedGraph {

    final String file;
    final LayerNames names = new LayerNames();
    /** Layers in the order in which they run, by name. */
    final Map<String, Layer> layers = new LinkedHashMap<>();

    final Map<String, float[]> parameters = new LinkedHashMap<>();
    /** What people should know of the import, a line each. */
    final List<String> notes = new ArrayList<>();

    private final Map<String, List<String>> reads = new HashMap<>();
    private final Map<String, OnnxValue> values = new HashMap<>();
    private final Map<String, OnnxTensor> constants;
    private final Map<String, Integer> readers;
    /** Frames of a sample. */
    final int timeSteps;
    /** How many samples the file is for; 0 for any number. */
    final long fixedSamples;

    /**
     * @param constants by name
     * @param readers   how many nodes that are wanted read a value
     * @param samples   the size of the input's first axis; 0 if that is open
     */
    ImportedGraph(
            String file, Map<String, OnnxTensor> constants, Map<String, Integer> readers, int timeSteps, long samples) {
        this.file = file;
        this.constants = new HashMap<>(constants);
        this.readers = readers;
        this.timeSteps = timeSteps;
        this.fixedSamples = samples;
    }

    void put(String name, OnnxValue value) throws DataException {
        requireNew(name);
        values.put(name, value);
    }

    void put(String name, OnnxTensor constant) throws DataException {
        requireNew(name);
        constants.put(name, constant);
    }

    private void requireNew(String name) throws DataException {
        if (values.containsKey(name) || constants.containsKey(name)) {
            throw new DataException(Kind.CORRUPT, file, "two nodes give " + name);
        }
    }

    /** A constant; null where the input is a value of the network, or left out. */
    OnnxTensor constant(OnnxNode node, int input) {
        return constants.get(node.input(input));
    }

    /** Constant floats. */
    OnnxTensor floats(OnnxNode node, int input, String what) throws DataException {
        OnnxTensor constant = constant(node, input);
        if (constant == null || !constant.isFloat()) {
            throw node.unsupported("its " + what + " are no constant floats");
        }
        return constant;
    }

    /** Constant integers. */
    long[] integers(OnnxNode node, int input, String what) throws DataException {
        OnnxTensor constant = constant(node, input);
        if (constant == null || constant.isFloat()) {
            throw node.unsupported("its " + what + " are no constant integers");
        }
        return constant.integers();
    }

    /** A value that layers read as it is. */
    OnnxValue value(OnnxNode node, int input) throws DataException {
        OnnxValue value = settled(node.input(input), pending(node, input));
        if (value.edges() != null) {
            throw node.unsupported(
                    "reads an image with pixels around it, which only convolutions and poolings do here");
        }
        return value;
    }

    /** A value of a kind. */
    OnnxValue value(OnnxNode node, int input, Axes axes) throws DataException {
        return required(node, value(node, input), axes);
    }

    /** An image that may have edges. */
    OnnxValue image(OnnxNode node, int input) throws DataException {
        return required(node, settled(node.input(input), pending(node, input)), Axes.IMAGE);
    }

    private static OnnxValue required(OnnxNode node, OnnxValue value, Axes axes) throws DataException {
        if (value.axes() != axes) {
            throw node.unsupported("reads "
                    + switch (value.axes()) {
                        case IMAGE -> "an image";
                        case VECTOR -> "a vector";
                        case IMAGES, SEQUENCE, FRAMES_FIRST, ALL_STEPS, LAST_STEP, FLAT_SEQUENCE -> "a sequence";
                    }
                    + ", which no layer here does as it does");
        }
        return value;
    }

    /** A value that may have a factor and a term. */
    OnnxValue pending(OnnxNode node, int input) throws DataException {
        String name = node.input(input);
        OnnxValue value = values.get(name);
        if (value != null) {
            return value;
        }
        throw constants.containsKey(name)
                ? node.unsupported("reads the constant " + name + " as if it were an image")
                : node.corrupt(name.isEmpty() ? "lacks an input" : "reads " + name + ", which no node before it gives");
    }

    /** Whether an input is a value of the network. */
    boolean isValue(OnnxNode node, int input) {
        return values.containsKey(node.input(input));
    }

    /** What is called so; null if nothing is. */
    OnnxValue named(String name) throws DataException {
        OnnxValue value = values.get(name);
        return value == null ? null : settled(name, value);
    }

    private OnnxValue settled(String name, OnnxValue value) throws DataException {
        if (value.affine() == null) {
            return value;
        }
        Affine affine = value.affine();
        OnnxNode node = affine.node();
        String layer = names.of(node, "");
        if (affine.isOne()) {
            add(
                    node,
                    new Layer.InputScale(layer, (float) affine.factors()[0], (float) affine.terms()[0]),
                    value.shape(),
                    value.layer());
        } else {
            int channels = value.shape().channels();
            add(node, new Layer.ChannelScale(layer, 1, affine.shifted()), value.shape(), value.layer());
            parameters.put(layer + "/gamma", spread(affine.factors(), channels));
            if (affine.shifted()) {
                parameters.put(layer + "/beta", spread(affine.terms(), channels));
            }
        }
        OnnxValue settled = new OnnxValue(layer, value.shape(), value.axes(), value.frames(), null, value.edges());
        values.put(name, settled);
        return settled;
    }

    private static float[] spread(double[] values, int channels) {
        float[] all = new float[channels];
        for (int i = 0; i < channels; i++) {
            all[i] = (float) values[values.length == 1 ? 0 : i];
        }
        return all;
    }

    /** Adds a layer with one input and gives its output's shape. */
    Shape add(OnnxNode node, Layer layer, OnnxValue in) throws DataException {
        Shape out = fitted(node, () -> new Network("graph", in.shape(), List.of(layer)).output());
        add(node, layer, out, in.layer());
        return out;
    }

    /** Adds a layer that reads others. */
    void add(OnnxNode node, Layer layer, Shape out, String... read) throws DataException {
        fitted(node, out::size);
        layers.put(layer.name(), layer);
        reads.put(layer.name(), List.of(read));
    }

    /** Makes a layer of one that is there already. */
    void replace(Layer layer) {
        layers.put(layer.name(), layer);
    }

    /** Whether nothing but the node at hand reads a value. */
    boolean isReadOnce(String value) {
        return readers.getOrDefault(value, 0) == 1;
    }

    /** What may not fit. */
    interface Fit<T> {
        T get();
    }

    /** What the network's own rules refuse is told with the node. */
    static <T> T fitted(OnnxNode node, Fit<T> fit) throws DataException {
        try {
            return fit.get();
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw node.corrupt(String.valueOf(e.getMessage()));
        }
    }

    /** The whole network. */
    Network network(String name, Shape input, int timeSteps) {
        return new Network(name, input, timeSteps, List.copyOf(layers.values()), reads);
    }
}
