package org.batchmill.train.export;

import java.util.Map;
import org.batchmill.train.network.Layer;

/** Steps of an LSTM. */
final class UnrolledLstm extends UnrolledSteps {

    private final String biases;
    private String cell;

    UnrolledLstm(TensorFlowGraph graph, Layer.Lstm lstm, Map<String, float[]> parameters) {
        super(graph, lstm, lstm.units(), 4, parameters);
        biases = constant("biases", biases());
    }

    @Override
    String step(String step, String frame, String state) {
        String products = inputProduct(step, frame);
        if (state != null) {
            products = both("AddV2", step + "/sum", products, stateProduct(step, state));
        }
        String gates = split(step + "/gates", biased(step + "/biased", products, biases));
        String kept = both("Mul", step + "/new", sigmoid(step + "/in", gates), tanh(step + "/candidate", gates + ":2"));
        cell = cell == null
                ? kept
                : both(
                        "AddV2",
                        step + "/cell",
                        kept,
                        both("Mul", step + "/old", sigmoid(step + "/forget", gates + ":1"), cell));
        return both("Mul", step + "/output", sigmoid(step + "/out", gates + ":3"), tanh(step + "/squashed", cell));
    }
}
