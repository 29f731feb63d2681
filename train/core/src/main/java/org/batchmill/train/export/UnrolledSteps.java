package org.batchmill.train.export;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.batchmill.train.export.GraphWriter.Sequence;
import org.batchmill.train.export.GraphWriter.Value;
import org.batchmill.train.export.TensorFlowGraph.Attributes;
import org.batchmill.train.network.Layer;

/**
 * A recurrent layer as TensorFlow nodes, frame after frame: a graph without loops is read by every version. Subclasses say one step. Used
 * once.
 */
abstract class UnrolledSteps {

    private final TensorFlowGraph graph;
    private final Map<String, float[]> parameters;
    private final String name;
    private final int units;
    private final int gates;
    private final String gateAxis;
    private String weights;
    private String recurrent;

    UnrolledSteps(TensorFlowGraph graph, Layer layer, int units, int gates, Map<String, float[]> parameters) {
        this.graph = graph;
        this.parameters = parameters;
        this.name = layer.name();
        this.units = units;
        this.gates = gates;
        this.gateAxis = graph.integers(name + "/gate-axis", List.of(), 1);
    }

    private static String sequences(TensorFlowGraph graph, String layer, Value rows, int frames) {
        String shape = graph.integers(
                layer + "/shape", List.of(3), -1, frames, rows.shape().size());
        return graph.node("Reshape", layer + "/sequences", List.of(rows.name(), shape), Attributes.floats());
    }

    /** Adds the nodes of a count of frames as floats: a column, which the steps' places are compared with. */
    static void lengths(TensorFlowGraph graph, Layer.Lengths lengths, Value in, int frames) {
        String name = lengths.name();
        String padding = graph.constant(name + "/padding", List.of(), lengths.padding());
        String values = graph.node(
                "NotEqual",
                name + "/values",
                List.of(sequences(graph, name, in, frames), padding),
                Attributes.floats());
        String features = graph.integers(name + "/feature-axis", List.of(), 2);
        String filled = graph.node("Any", name + "/filled", List.of(values, features), Attributes.none());
        String ones = graph.node(
                "Cast",
                name + "/ones",
                List.of(filled),
                Attributes.none().type("SrcT", TensorFlowGraph.BOOL).type("DstT", TensorFlowGraph.FLOAT));
        float[] places = new float[frames];
        for (int i = 0; i < frames; i++) {
            places[i] = i + 1f;
        }
        String place = graph.constant(name + "/places", List.of(frames), places);
        String placed = graph.node("Mul", name + "/placed", List.of(ones, place), Attributes.floats());
        String axis = graph.integers(name + "/frame-axis", List.of(), 1);
        graph.node("Max", name, List.of(placed, axis), Attributes.floats().bool("keep_dims", true));
    }

    /**
     * Adds the nodes, the last of which is called as the layer is.
     *
     * @param frames    of a sample
     * @param sequences whether a row for each frame is wanted, else the one at the sample's end
     */
    final void write(Sequence in, int frames, boolean sequences) {
        int features = in.frames().shape().size();
        weights =
                graph.constant(name + "/weights", List.of(gates * units, features), parameters.get(name + "/weights"));
        recurrent =
                graph.constant(name + "/recurrent", List.of(gates * units, units), parameters.get(name + "/recurrent"));
        String frame = graph.node(
                "Unpack",
                name + "/frames",
                List.of(sequences(graph, name, in.frames(), frames)),
                Attributes.floats().integer("num", frames).integer("axis", 1));
        String zero = in.lengths() == null ? null : graph.constant(name + "/zero", List.of(), 0);
        List<String> outputs = new ArrayList<>();
        String state = null;
        for (int t = 0; t < frames; t++) {
            String step = name + "/frame" + t;
            String output = step(step, frame + ":" + t, state);
            if (in.lengths() == null) {
                state = output;
            } else {
                String inside = graph.node(
                        "Greater",
                        step + "/inside",
                        List.of(in.lengths(), graph.constant(step + "/place", List.of(), t)),
                        Attributes.floats());
                // Behind the end the state stays, and what is put out is 0.
                state = chosen(step + "/held", inside, output, state == null ? zero : state);
                output = chosen(step + "/masked", inside, output, zero);
            }
            outputs.add(output);
        }
        if (sequences) {
            String all = graph.node(
                    "Pack",
                    name + "/all",
                    outputs,
                    Attributes.floats().integer("N", frames).integer("axis", 1));
            graph.node(
                    "Reshape",
                    name,
                    List.of(all, graph.integers(name + "/rows", List.of(2), -1, units)),
                    Attributes.floats());
        } else {
            graph.node("Identity", name, List.of(state), Attributes.floats());
        }
    }

    private String chosen(String node, String condition, String yes, String no) {
        return graph.node("SelectV2", node, List.of(condition, yes, no), Attributes.floats());
    }

    /**
     * One frame's output.
     *
     * @param step  the scope of its nodes
     * @param frame rows of features
     * @param state the output of the step before; null for zeros
     */
    abstract String step(String step, String frame, String state);

    final float[] biases() {
        return parameters.get(name + "/biases");
    }

    final String constant(String what, float[] values) {
        return graph.constant(name + "/" + what, List.of(values.length), values);
    }

    final String inputProduct(String step, String frame) {
        return product(step + "/input", frame, weights);
    }

    final String stateProduct(String step, String state) {
        return product(step + "/state", state, recurrent);
    }

    private String product(String node, String values, String matrix) {
        return graph.node(
                "MatMul", node, List.of(values, matrix), Attributes.floats().bool("transpose_b", true));
    }

    final String biased(String node, String values, String biases) {
        return graph.node("BiasAdd", node, List.of(values, biases), Attributes.floats());
    }

    /** The gates of products, one output each. */
    final String split(String node, String products) {
        return graph.node(
                "Split", node, List.of(gateAxis, products), Attributes.floats().integer("num_split", gates));
    }

    final String both(String operation, String node, String left, String right) {
        return graph.node(operation, node, List.of(left, right), Attributes.floats());
    }

    final String sigmoid(String node, String value) {
        return graph.node("Sigmoid", node, List.of(value), Attributes.floats());
    }

    final String tanh(String node, String value) {
        return graph.node("Tanh", node, List.of(value), Attributes.floats());
    }
}
