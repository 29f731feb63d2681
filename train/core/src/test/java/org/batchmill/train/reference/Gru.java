package org.batchmill.train.reference;

import org.batchmill.train.network.Layer;

/** Gated recurrent units, back-propagated through all frames. Gives each frame's output. */
final class Gru extends JavaLayer.Single {

    private final int features;
    private final int units;
    private final int time;
    private final float[] weights;
    private final float[] recurrent;
    private final float[] biases;
    private final double[] weightGradient;
    private final double[] recurrentGradient;
    private final double[] biasGradient;
    private double[] in;
    /** Update, reset and candidate after their activation, [row][time][3 units]. */
    private double[] gates;

    /** What the reset gate multiplies, [row][time][units]. */
    private double[] products;

    private double[] hidden;

    Gru(Layer.Gru layer, int features, int time, Parameters parameters) {
        super(layer.name());
        this.features = features;
        this.units = layer.units();
        this.time = time;
        this.weights = parameters.values(name + "/weights");
        this.recurrent = parameters.values(name + "/recurrent");
        this.biases = parameters.values(name + "/biases");
        this.weightGradient = parameters.gradient(name + "/weights");
        this.recurrentGradient = parameters.gradient(name + "/recurrent");
        this.biasGradient = parameters.gradient(name + "/biases");
    }

    @Override
    double[] forward(double[] input, int frames, Pass pass) {
        in = input;
        gates = new double[frames * 3 * units];
        products = new double[frames * units];
        hidden = new double[frames * units];
        for (int frame = 0; frame < frames; frame++) {
            step(frame);
        }
        return hidden;
    }

    private double before(int frame, int unit) {
        return frame % time == 0 ? 0 : hidden[(frame - 1) * units + unit];
    }

    private double gate(int frame, int which, int unit) {
        return gates[(frame * 3 + which) * units + unit];
    }

    private void step(int frame) {
        double[] inputs = new double[3 * units];
        double[] states = new double[3 * units];
        for (int g = 0; g < 3 * units; g++) {
            for (int f = 0; f < features; f++) {
                inputs[g] += weights[g * features + f] * in[frame * features + f];
            }
            for (int u = 0; u < units; u++) {
                states[g] += recurrent[g * units + u] * before(frame, u);
            }
        }
        for (int u = 0; u < units; u++) {
            double update = 1 / (1 + Math.exp(-inputs[u] - states[u] - biases[u]));
            double reset = 1 / (1 + Math.exp(-inputs[units + u] - states[units + u] - biases[units + u]));
            double product = states[2 * units + u] + biases[3 * units + u];
            double candidate = Math.tanh(inputs[2 * units + u] + biases[2 * units + u] + reset * product);
            gates[frame * 3 * units + u] = update;
            gates[frame * 3 * units + units + u] = reset;
            gates[frame * 3 * units + 2 * units + u] = candidate;
            products[frame * units + u] = product;
            hidden[frame * units + u] = update * before(frame, u) + (1 - update) * candidate;
        }
    }

    @Override
    double[] backwardOne(double[] outGradient) {
        double[] gradient = new double[in.length];
        double[] byHidden = new double[units];
        for (int frame = outGradient.length / units - 1; frame >= 0; frame--) {
            if (frame % time == time - 1) {
                byHidden = new double[units];
            }
            for (int u = 0; u < units; u++) {
                byHidden[u] += outGradient[frame * units + u];
            }
            byHidden = back(frame, byHidden, gradient);
        }
        return gradient;
    }

    /** One frame back; returns the derivative by the previous hidden values. */
    private double[] back(int frame, double[] byHidden, double[] gradient) {
        double[] byInput = new double[3 * units];
        double[] byState = new double[3 * units];
        double[] byPrevious = new double[units];
        for (int u = 0; u < units; u++) {
            double update = gate(frame, 0, u);
            double reset = gate(frame, 1, u);
            double candidate = gate(frame, 2, u);
            double byCandidate = byHidden[u] * (1 - update) * (1 - candidate * candidate);
            byInput[u] = byHidden[u] * (before(frame, u) - candidate) * update * (1 - update);
            byInput[units + u] = byCandidate * products[frame * units + u] * reset * (1 - reset);
            byInput[2 * units + u] = byCandidate;
            byState[u] = byInput[u];
            byState[units + u] = byInput[units + u];
            byState[2 * units + u] = byCandidate * reset;
            biasGradient[u] += byInput[u];
            biasGradient[units + u] += byInput[units + u];
            biasGradient[2 * units + u] += byCandidate;
            biasGradient[3 * units + u] += byCandidate * reset;
            byPrevious[u] = byHidden[u] * update;
        }
        for (int g = 0; g < 3 * units; g++) {
            for (int f = 0; f < features; f++) {
                weightGradient[g * features + f] += byInput[g] * in[frame * features + f];
                gradient[frame * features + f] += byInput[g] * weights[g * features + f];
            }
            for (int u = 0; u < units; u++) {
                recurrentGradient[g * units + u] += byState[g] * before(frame, u);
                byPrevious[u] += byState[g] * recurrent[g * units + u];
            }
        }
        return byPrevious;
    }
}
