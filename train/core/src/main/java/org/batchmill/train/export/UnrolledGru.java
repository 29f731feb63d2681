package org.batchmill.train.export;

import java.util.Arrays;
import java.util.Map;
import org.batchmill.train.network.Layer;

/** Steps of gated recurrent units. */
final class UnrolledGru extends UnrolledSteps {

    private final String inputBiases;
    private final String stateBiases;
    private final String candidateBiases;

    UnrolledGru(TensorFlowGraph graph, Layer.Gru gru, Map<String, float[]> parameters) {
        super(graph, gru, gru.units(), 3, parameters);
        int units = gru.units();
        float[] all = biases();
        float[] candidate = Arrays.copyOfRange(all, 3 * units, 4 * units);
        float[] ofState = new float[3 * units];
        System.arraycopy(candidate, 0, ofState, 2 * units, units);
        inputBiases = constant("input-biases", Arrays.copyOf(all, 3 * units));
        stateBiases = constant("state-biases", ofState);
        candidateBiases = constant("candidate-biases", candidate);
    }

    @Override
    String step(String step, String frame, String state) {
        String input = split(step + "/gates", biased(step + "/biased", inputProduct(step, frame), inputBiases));
        if (state == null) {
            String reset = sigmoid(step + "/reset", input + ":1");
            String candidate = candidate(step, input, both("Mul", step + "/reset-state", reset, candidateBiases));
            // Nothing is kept of a state of zeros.
            String update = sigmoid(step + "/update", input);
            return both("Sub", step + "/output", candidate, both("Mul", step + "/kept", update, candidate));
        }
        String own =
                split(step + "/state-gates", biased(step + "/state-biased", stateProduct(step, state), stateBiases));
        String update = sigmoid(step + "/update", both("AddV2", step + "/update-sum", input, own));
        String reset = sigmoid(step + "/reset", both("AddV2", step + "/reset-sum", input + ":1", own + ":1"));
        String candidate = candidate(step, input, both("Mul", step + "/reset-state", reset, own + ":2"));
        String difference = both("Sub", step + "/difference", state, candidate);
        return both("AddV2", step + "/output", candidate, both("Mul", step + "/kept", update, difference));
    }

    private String candidate(String step, String input, String state) {
        return tanh(step + "/candidate", both("AddV2", step + "/candidate-sum", input + ":2", state));
    }
}
