package org.batchmill.train.export;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.batchmill.train.export.GraphWriter.Sequence;
import org.batchmill.train.export.GraphWriter.Value;
import org.batchmill.train.export.OnnxGraph.Attributes;
import org.batchmill.train.network.Layer;

/** Layers over the frames of a sequence as ONNX nodes, which want the frames first. What they put out is called as the layer is. */
final class OnnxSequences {

    /** ONNX has an LSTM's gates in the order input, output, forget, cell. */
    private static final int[] LSTM_GATES = {0, 3, 1, 2};

    private final OnnxGraph graph;
    private final int frames;
    private final Map<String, float[]> parameters;

    OnnxSequences(OnnxGraph graph, int frames, Map<String, float[]> parameters) {
        this.graph = graph;
        this.frames = frames;
        this.parameters = parameters;
    }

    /** The place behind the last frame that holds anything else than the padding, as 32-bit integers. */
    void lengths(Layer.Lengths layer, Value in) {
        String name = layer.name();
        String padding = graph.constant(name + "/padding", List.of(), layer.padding());
        String empty = graph.node("Equal", name + "/empty", List.of(sequences(name, in), padding), Attributes.none());
        String filled = graph.node("Not", name + "/filled", List.of(empty), Attributes.none());
        String ones = graph.node("Cast", name + "/ones", List.of(filled), to(OnnxGraph.FLOAT));
        String counted = graph.node("ReduceMax", name + "/counted", List.of(ones), largest(2));
        float[] places = new float[frames];
        for (int i = 0; i < frames; i++) {
            places[i] = i + 1f;
        }
        String place = graph.constant(name + "/places", List.of(frames), places);
        String placed = graph.node("Mul", name + "/placed", List.of(counted, place), Attributes.none());
        String last = graph.node("ReduceMax", name + "/last", List.of(placed), largest(1));
        graph.node("Cast", name, List.of(last), to(OnnxGraph.INT32));
    }

    private static Attributes to(int type) {
        return Attributes.none().integer("to", type);
    }

    private static Attributes largest(int axis) {
        return Attributes.none().integers("axes", axis).integer("keepdims", 0);
    }

    /** As [sample][frame][feature]. */
    private String sequences(String name, Value in) {
        String shape =
                graph.integers(name + "/sequence-shape", -1, frames, in.shape().size());
        return graph.node("Reshape", name + "/sequences", List.of(in.name(), shape), Attributes.none());
    }

    void lstm(Layer.Lstm lstm, Sequence in) {
        int units = lstm.units();
        float[] both = new float[8 * units];
        System.arraycopy(ordered(lstm, "biases"), 0, both, 0, 4 * units);
        Attributes attributes = Attributes.none().integer("hidden_size", units);
        List<String> inputs = inputs(lstm, units, in, ordered(lstm, "weights"), ordered(lstm, "recurrent"), both);
        steps("LSTM", lstm, inputs, attributes, lstm.sequences() ? units : 0);
    }

    private float[] ordered(Layer.Lstm lstm, String parameter) {
        float[] values = values(lstm, parameter);
        int each = values.length / LSTM_GATES.length;
        float[] ordered = new float[values.length];
        for (int gate = 0; gate < LSTM_GATES.length; gate++) {
            System.arraycopy(values, LSTM_GATES[gate] * each, ordered, gate * each, each);
        }
        return ordered;
    }

    void gru(Layer.Gru gru, Sequence in) {
        int units = gru.units();
        float[] biases = values(gru, "biases");
        // Those of the input's products are followed by those of the state's, of which only the candidate has its own.
        float[] both = new float[6 * units];
        System.arraycopy(biases, 0, both, 0, 3 * units);
        System.arraycopy(biases, 3 * units, both, 5 * units, units);
        Attributes attributes = Attributes.none().integer("hidden_size", units).integer("linear_before_reset", 1);
        List<String> inputs = inputs(gru, units, in, values(gru, "weights"), values(gru, "recurrent"), both);
        steps("GRU", gru, inputs, attributes, gru.sequences() ? units : 0);
    }

    private float[] values(Layer layer, String parameter) {
        return parameters.get(layer.name() + "/" + parameter);
    }

    private List<String> inputs(
            Layer layer, int units, Sequence in, float[] weights, float[] recurrent, float[] biases) {
        String name = layer.name();
        int gates = recurrent.length / units;
        List<String> inputs = new ArrayList<>();
        inputs.add(graph.node(
                "Transpose",
                name + "/frames",
                List.of(sequences(name, in.frames())),
                Attributes.none().integers("perm", 1, 0, 2)));
        inputs.add(graph.constant(name + "/weights", List.of(1, gates, weights.length / gates), weights));
        inputs.add(graph.constant(name + "/recurrent", List.of(1, gates, units), recurrent));
        inputs.add(graph.constant(name + "/biases", List.of(1, biases.length), biases));
        if (in.lengths() != null) {
            inputs.add(in.lengths());
        }
        return inputs;
    }

    /** @param width of the rows, one for each frame, that it puts out; 0 for the last output alone */
    private void steps(String operation, Layer layer, List<String> inputs, Attributes attributes, int width) {
        String name = layer.name();
        boolean sequences = width > 0;
        List<String> outputs = sequences ? List.of(name + "/all") : List.of("", name + "/last");
        String out = graph.node(operation, name + "/steps", inputs, outputs, attributes);
        String direction = graph.integers(name + "/direction", sequences ? 1 : 0);
        if (!sequences) {
            graph.node("Squeeze", name, List.of(out, direction), Attributes.none());
            return;
        }
        String squeezed = graph.node("Squeeze", name + "/squeezed", List.of(out, direction), Attributes.none());
        String ordered = graph.node(
                "Transpose",
                name + "/ordered",
                List.of(squeezed),
                Attributes.none().integers("perm", 1, 0, 2));
        graph.node("Reshape", name, List.of(ordered, graph.integers(name + "/rows", -1, width)), Attributes.none());
    }
}
