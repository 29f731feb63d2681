package org.batchmill.train.export;

import java.util.List;
import java.util.Map;
import org.batchmill.train.export.TensorFlowGraph.Attributes;
import org.batchmill.train.network.Layer;

/** An LSTM as TensorFlow nodes, frame after frame: a graph without loops is read by every version. Used once. */
final class UnrolledLstm {

    private final TensorFlowGraph graph;
    private final Layer.Lstm lstm;
    private final String name;
    private final String weights;
    private final String recurrent;
    private final String biases;
    private final String gateAxis;
    private final int features;

    UnrolledLstm(TensorFlowGraph graph, Layer.Lstm lstm, Map<String, float[]> parameters) {
        this.graph = graph;
        this.lstm = lstm;
        this.name = lstm.name();
        int gates = 4 * lstm.units();
        float[] input = parameters.get(name + "/weights");
        this.features = input.length / gates;
        this.weights = graph.constant(name + "/weights", List.of(gates, features), input);
        this.recurrent =
                graph.constant(name + "/recurrent", List.of(gates, lstm.units()), parameters.get(name + "/recurrent"));
        this.biases = graph.constant(name + "/biases", List.of(gates), parameters.get(name + "/biases"));
        this.gateAxis = graph.integers(name + "/gate-axis", List.of(), 1);
    }

    /**
     * Adds the nodes.
     *
     * @param input rows of features, a row a frame
     * @return the output behind the last frame, a row a sample
     */
    String write(String input, int frames) {
        String shape = graph.integers(name + "/shape", List.of(3), -1, frames, features);
        String sequences = graph.node("Reshape", name + "/sequences", List.of(input, shape), Attributes.floats());
        String frame = graph.node(
                "Unpack",
                name + "/frames",
                List.of(sequences),
                Attributes.floats().integer("num", frames).integer("axis", 1));
        String cell = null;
        String output = null;
        for (int t = 0; t < frames; t++) {
            String step = name + "/frame" + t;
            String products = product(step + "/input", frame + ":" + t, weights);
            if (output != null) {
                products = both("AddV2", step + "/sum", products, product(step + "/state", output, recurrent));
            }
            String gates = graph.node("BiasAdd", step + "/biased", List.of(products, biases), Attributes.floats());
            String split = graph.node(
                    "Split",
                    step + "/gates",
                    List.of(gateAxis, gates),
                    Attributes.floats().integer("num_split", 4));
            String kept =
                    both("Mul", step + "/new", sigmoid(step + "/in", split), tanh(step + "/candidate", split + ":2"));
            cell = cell == null
                    ? kept
                    : both(
                            "AddV2",
                            step + "/cell",
                            kept,
                            both("Mul", step + "/old", sigmoid(step + "/forget", split + ":1"), cell));
            output =
                    both("Mul", step + "/output", sigmoid(step + "/out", split + ":3"), tanh(step + "/squashed", cell));
        }
        return graph.node("Identity", lstm.name(), List.of(output), Attributes.floats());
    }

    private String product(String node, String values, String matrix) {
        return graph.node(
                "MatMul", node, List.of(values, matrix), Attributes.floats().bool("transpose_b", true));
    }

    private String both(String operation, String node, String left, String right) {
        return graph.node(operation, node, List.of(left, right), Attributes.floats());
    }

    private String sigmoid(String node, String value) {
        return graph.node("Sigmoid", node, List.of(value), Attributes.floats());
    }

    private String tanh(String node, String value) {
        return graph.node("Tanh", node, List.of(value), Attributes.floats());
    }
}
