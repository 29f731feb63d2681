package org.batchmill.train.onnx;

import java.util.Map;
import org.batchmill.records.DataException;
import org.batchmill.train.network.Initializer;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Shape;
import org.batchmill.train.onnx.OnnxValue.Axes;

/** Layers over the frames of sequences, forward and from a state of zeros. */
final class RecurrentOperations {

    /** Ours has an LSTM's gates in the order input, forget, cell, output; ONNX input, output, forget, cell. */
    private static final int[] LSTM_GATES = {0, 2, 3, 1};

    private static final int[] GRU_GATES = {0, 1, 2};

    private final ImportedGraph graph;

    RecurrentOperations(ImportedGraph graph) {
        this.graph = graph;
    }

    void addTo(Map<String, Operations.Operation> operations) {
        operations.put("LSTM", this::lstm);
        operations.put("GRU", this::gru);
    }

    private void lstm(OnnxNode node) throws DataException {
        int units = units(node, 4);
        boolean sequences = sequences(node);
        String name = graph.names.of(node, node.input(1));
        float[] given = biases(node, 8 * units);
        float[] biases = new float[4 * units];
        for (int i = 0; i < biases.length; i++) {
            biases[i] = given[i] + given[4 * units + i];
        }
        finish(
                node,
                new Layer.Lstm(name, units, Initializer.GLOROT_UNIFORM, sequences),
                LSTM_GATES,
                ordered(biases, LSTM_GATES),
                sequences);
    }

    private void gru(OnnxNode node) throws DataException {
        int units = units(node, 3);
        if (!node.flag("linear_before_reset", false)) {
            throw node.unsupported("resets the state before its product, ours behind it");
        }
        boolean sequences = sequences(node);
        String name = graph.names.of(node, node.input(1));
        float[] given = biases(node, 6 * units);
        float[] biases = new float[4 * units];
        for (int i = 0; i < biases.length; i++) {
            boolean gate = i < 2 * units;
            biases[i] = gate ? given[i] + given[3 * units + i] : given[i < 3 * units ? i : 2 * units + i];
        }
        finish(node, new Layer.Gru(name, units, Initializer.GLOROT_UNIFORM, sequences), GRU_GATES, biases, sequences);
    }

    private int units(OnnxNode node, int gates) throws DataException {
        OnnxTensor recurrent = graph.floats(node, 2, "recurrent weights");
        int units = node.count("hidden_size", 1);
        boolean fits = recurrent.rank() == 3
                && recurrent.dimension(0) == 1
                && recurrent.dimension(1) == (long) gates * units
                && recurrent.dimension(2) == units;
        if (!fits || !node.text("direction", "forward").equals("forward") || node.integer("layout", 0) != 0) {
            throw node.unsupported("goes other ways than forward, or its weights are not for " + units + " units");
        }
        for (int input = 4; input < 8; input++) {
            if (node.hasInput(input) && !isZeroState(node, input)) {
                throw node.unsupported("has lengths, a state to begin with that is not 0, or peepholes");
            }
        }
        if (node.has("activations") || node.has("clip") || node.flag("input_forget", false) || node.hasOutput(2)) {
            throw node.unsupported("has activations, a clip, coupled gates or a last cell of its own");
        }
        return units;
    }

    /** Whether an input is the state or the cells to begin with, constant and 0: PyTorch writes that down, here it goes without saying. */
    private boolean isZeroState(OnnxNode node, int input) {
        OnnxTensor state = input == 5 || input == 6 ? graph.constant(node, input) : null;
        if (state == null || !state.isFloat()) {
            return false;
        }
        for (float value : state.floats()) {
            if (value != 0) {
                return false;
            }
        }
        return true;
    }

    /** Whether all outputs are wanted, else the last one. */
    private static boolean sequences(OnnxNode node) throws DataException {
        if (node.hasOutput(0) == node.hasOutput(1)) {
            throw node.unsupported("all of its outputs and the last are wanted: a layer gives one of them");
        }
        return node.hasOutput(0);
    }

    private float[] biases(OnnxNode node, int count) throws DataException {
        float[] biases = node.hasInput(3) ? graph.floats(node, 3, "biases").floats() : new float[count];
        if (biases.length != count) {
            throw node.corrupt("has " + biases.length + " biases, not " + count);
        }
        return biases;
    }

    private void finish(OnnxNode node, Layer layer, int[] gates, float[] biases, boolean sequences)
            throws DataException {
        OnnxValue in = graph.value(node, 0, Axes.FRAMES_FIRST);
        float[] weights = graph.floats(node, 1, "weights").floats();
        if (weights.length % gates.length != 0) {
            throw node.corrupt("has " + weights.length + " weights");
        }
        Shape out = graph.add(node, layer, in);
        graph.parameters.put(layer.name() + "/weights", ordered(weights, gates));
        graph.parameters.put(
                layer.name() + "/recurrent",
                ordered(graph.floats(node, 2, "recurrent weights").floats(), gates));
        graph.parameters.put(layer.name() + "/biases", biases);
        graph.put(
                node.outputs().get(sequences ? 0 : 1),
                OnnxValue.of(layer.name(), out, sequences ? Axes.ALL_STEPS : Axes.LAST_STEP, sequences));
    }

    private static float[] ordered(float[] values, int[] gates) {
        int each = values.length / gates.length;
        float[] ordered = new float[values.length];
        for (int gate = 0; gate < gates.length; gate++) {
            System.arraycopy(values, gates[gate] * each, ordered, gate * each, each);
        }
        return ordered;
    }
}
