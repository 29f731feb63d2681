package org.batchmill.train.reference;

import org.batchmill.train.network.Layer;

/** Long short-term memory over the frames of a sequence, back-propagated through all of them. Gives each frame's output. */
final class Lstm extends JavaLayer.Single {

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
    /** Gates after their activation, cells and hidden values, [row][time][...]. */
    private double[] gates;

    private double[] cells;
    private double[] hidden;

    Lstm(Layer.Lstm layer, int features, int time, Parameters parameters) {
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
        int rows = frames / time;
        gates = new double[frames * 4 * units];
        cells = new double[frames * units];
        hidden = new double[frames * units];
        for (int row = 0; row < rows; row++) {
            for (int t = 0; t < time; t++) {
                step(row * time + t, t > 0);
            }
        }
        return hidden;
    }

    private void step(int frame, boolean hasPrevious) {
        for (int g = 0; g < 4 * units; g++) {
            double sum = biases[g];
            for (int f = 0; f < features; f++) {
                sum += weights[g * features + f] * in[frame * features + f];
            }
            for (int u = 0; hasPrevious && u < units; u++) {
                sum += recurrent[g * units + u] * hidden[(frame - 1) * units + u];
            }
            gates[frame * 4 * units + g] = g / units == 2 ? Math.tanh(sum) : 1 / (1 + Math.exp(-sum));
        }
        for (int u = 0; u < units; u++) {
            double before = hasPrevious ? cells[(frame - 1) * units + u] : 0;
            double cell = gate(frame, 1, u) * before + gate(frame, 0, u) * gate(frame, 2, u);
            cells[frame * units + u] = cell;
            hidden[frame * units + u] = gate(frame, 3, u) * Math.tanh(cell);
        }
    }

    /** Which: 0 input, 1 forget, 2 cell, 3 output. */
    private double gate(int frame, int which, int unit) {
        return gates[(frame * 4 + which) * units + unit];
    }

    @Override
    double[] backwardOne(double[] outGradient) {
        double[] gradient = new double[in.length];
        int rows = outGradient.length / units / time;
        for (int row = 0; row < rows; row++) {
            double[] byHidden = new double[units];
            double[] byCell = new double[units];
            for (int t = time - 1; t >= 0; t--) {
                for (int u = 0; u < units; u++) {
                    byHidden[u] += outGradient[(row * time + t) * units + u];
                }
                byHidden = back(row * time + t, t > 0, byHidden, byCell, gradient);
            }
        }
        return gradient;
    }

    /** One frame back; changes {@code byCell} and returns the derivative by the previous hidden values. */
    private double[] back(int frame, boolean hasPrevious, double[] byHidden, double[] byCell, double[] gradient) {
        double[] byGate = new double[4 * units];
        for (int u = 0; u < units; u++) {
            double squashed = Math.tanh(cells[frame * units + u]);
            double input = gate(frame, 0, u);
            double forget = gate(frame, 1, u);
            double candidate = gate(frame, 2, u);
            double output = gate(frame, 3, u);
            byCell[u] += byHidden[u] * output * (1 - squashed * squashed);
            double before = hasPrevious ? cells[(frame - 1) * units + u] : 0;
            byGate[u] = byCell[u] * candidate * input * (1 - input);
            byGate[units + u] = byCell[u] * before * forget * (1 - forget);
            byGate[2 * units + u] = byCell[u] * input * (1 - candidate * candidate);
            byGate[3 * units + u] = byHidden[u] * squashed * output * (1 - output);
            byCell[u] *= forget;
        }
        double[] byPrevious = new double[units];
        for (int g = 0; g < 4 * units; g++) {
            biasGradient[g] += byGate[g];
            for (int f = 0; f < features; f++) {
                weightGradient[g * features + f] += byGate[g] * in[frame * features + f];
                gradient[frame * features + f] += byGate[g] * weights[g * features + f];
            }
            for (int u = 0; hasPrevious && u < units; u++) {
                recurrentGradient[g * units + u] += byGate[g] * hidden[(frame - 1) * units + u];
                byPrevious[u] += byGate[g] * recurrent[g * units + u];
            }
        }
        return byPrevious;
    }
}
