package org.batchmill.engine.nd4j.layer;

import org.batchmill.engine.nd4j.memory.Floats;
import org.batchmill.engine.nd4j.plan.HostOp;

/**
 * The recurrent part of an LSTM layer (Hochreiter and Schmidhuber 1997, with a forget gate), on the host: the products of the
 * inputs with their weights come in ready made. Gates in the order input, forget, cell, output; state starts at 0.
 */
public final class LongShortTermMemory {

    private final int rows;
    private final int steps;
    private final int units;

    public LongShortTermMemory(int rows, int steps, int units) {
        this.rows = rows;
        this.steps = steps;
        this.units = units;
    }

    /**
     * From products [rows * steps][4 units] with biases and recurrent weights [4 units][units] to the last output [rows][units],
     * and what the backward pass needs: activated gates, cells and outputs of every step.
     */
    public HostOp forward() {
        long all = (long) rows * steps;
        HostOp op = new HostOp(
                "host_lstm",
                (in, out, state) -> {
                    float[] recurrent = in[1].copy();
                    state.workers().run(rows, row -> forward(row, in[0], recurrent, out));
                },
                new long[] {rows, units},
                new long[] {all, 4L * units},
                new long[] {all, units},
                new long[] {all, units});
        op.differentiatedBy((graph, inputs, outputs, gradients, needed) ->
                graph.add(backward(), gradients[0], inputs[1], outputs[1], outputs[2], outputs[3]));
        return op;
    }

    private void forward(int row, Floats products, float[] recurrent, Floats[] out) {
        float[] gates = new float[4 * units];
        float[] cell = new float[units];
        float[] output = new float[units];
        for (int t = 0; t < steps; t++) {
            int at = row * steps + t;
            products.read(at * gates.length, gates, gates.length);
            for (int g = 0; g < gates.length; g++) {
                float sum = gates[g];
                for (int u = 0; u < units; u++) {
                    sum += recurrent[g * units + u] * output[u];
                }
                gates[g] = g / units == 2 ? (float) Math.tanh(sum) : sigmoid(sum);
            }
            for (int u = 0; u < units; u++) {
                cell[u] = gates[units + u] * cell[u] + gates[u] * gates[2 * units + u];
                output[u] = gates[3 * units + u] * (float) Math.tanh(cell[u]);
            }
            out[1].write(at * gates.length, gates, gates.length);
            out[2].write(at * units, cell, units);
            out[3].write(at * units, output, units);
        }
        out[0].write(row * units, output, units);
    }

    private static float sigmoid(float x) {
        return (float) (1 / (1 + Math.exp(-x)));
    }

    /** The gradients by the products and by the recurrent weights. */
    private HostOp backward() {
        return new HostOp(
                "host_lstm_bp",
                (in, out, state) -> {
                    float[] recurrent = in[1].copy();
                    state.workers().run(rows, row -> backward(row, in, recurrent, out[0]));
                    out[1].set(recurrentGradient(out[0].copy(), in[4].copy()));
                },
                new long[] {(long) rows * steps, 4L * units},
                new long[] {4L * units, units});
    }

    private void backward(int row, Floats[] in, float[] recurrent, Floats byProducts) {
        float[] gates = new float[4 * units];
        float[] byGates = new float[4 * units];
        float[] cell = new float[units];
        float[] before = new float[units];
        float[] byCell = new float[units];
        float[] byOutput = new float[units];
        in[0].read(row * units, byOutput, units);
        for (int t = steps - 1; t >= 0; t--) {
            int at = row * steps + t;
            in[2].read(at * gates.length, gates, gates.length);
            in[3].read(at * units, cell, units);
            if (t > 0) {
                in[3].read((at - 1) * units, before, units);
            } else {
                before = new float[units];
            }
            for (int u = 0; u < units; u++) {
                float i = gates[u];
                float f = gates[units + u];
                float c = gates[2 * units + u];
                float o = gates[3 * units + u];
                float squashed = (float) Math.tanh(cell[u]);
                byCell[u] += byOutput[u] * o * (1 - squashed * squashed);
                byGates[u] = byCell[u] * c * i * (1 - i);
                byGates[units + u] = byCell[u] * before[u] * f * (1 - f);
                byGates[2 * units + u] = byCell[u] * i * (1 - c * c);
                byGates[3 * units + u] = byOutput[u] * squashed * o * (1 - o);
                byCell[u] *= f;
                byOutput[u] = 0;
            }
            for (int g = 0; g < byGates.length; g++) {
                for (int u = 0; u < units; u++) {
                    byOutput[u] += byGates[g] * recurrent[g * units + u];
                }
            }
            byProducts.write(at * byGates.length, byGates, byGates.length);
        }
    }

    /** The outputs of a step meet the gates of the next. */
    private float[] recurrentGradient(float[] byGates, float[] outputs) {
        int gates = 4 * units;
        float[] sum = new float[gates * units];
        for (int row = 0; row < rows; row++) {
            for (int t = 1; t < steps; t++) {
                int at = row * steps + t;
                for (int g = 0; g < gates; g++) {
                    float d = byGates[at * gates + g];
                    for (int u = 0; u < units; u++) {
                        sum[g * units + u] += d * outputs[(at - 1) * units + u];
                    }
                }
            }
        }
        return sum;
    }
}
