package org.batchmill.engine.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST_LAYER;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC_ITER;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC_ITER_C;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC_LAYER;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_WEIGHTS_ITER;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_WEIGHTS_LAYER;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST_LAYER;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_ITER;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_ITER_C;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_LAYER;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS_ITER;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS_LAYER;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WORKSPACE;
import static org.bytedeco.dnnl.global.dnnl.dnnl_backward;
import static org.bytedeco.dnnl.global.dnnl.dnnl_unidirectional_left2right;

import java.nio.FloatBuffer;
import java.util.List;
import org.batchmill.train.network.Layer.Lstm;
import org.bytedeco.dnnl.lstm_backward;
import org.bytedeco.dnnl.lstm_forward;
import org.bytedeco.dnnl.memory;

/** An LSTM over the frames of each sample, in float32: oneDNN's, whose gates have our order. Only the last output goes on. */
final class Recurrent {

    private final Compilation compilation;
    private final Assembler assembler;
    private final Lstm layer;
    private final long rows;
    private final long steps;
    private final long features;
    private final long units;
    private final Parameters.Entry weights;
    private final Parameters.Entry recurrent;
    private final Parameters.Entry biases;
    // What the primitives are asked for: the layouts that they like best, but for the state and the biases.
    private final memory.desc framesLayout;
    private final memory.desc state;
    private final memory.desc weightsLayout;
    private final memory.desc recurrentLayout;
    private final memory.desc biasesLayout;
    private final memory.desc outputsLayout;

    Recurrent(Compilation compilation, Lstm layer, long rows, long steps, long features) {
        this.compilation = compilation;
        this.assembler = compilation.assembler;
        this.layer = layer;
        this.rows = rows;
        this.steps = steps;
        this.features = features;
        this.units = layer.units();
        this.weights = parameter("weights", gates(features));
        this.recurrent = parameter("recurrent", gates(units));
        this.framesLayout = any(steps, rows, features);
        this.state = Layout.plain(1, 1, rows, units);
        this.weightsLayout = any(1, 1, features, 4, units);
        this.recurrentLayout = any(1, 1, units, 4, units);
        this.biasesLayout = Layout.plain(1, 1, 4, units);
        this.outputsLayout = any(steps, rows, units);
        this.biases = parameter("biases", biasesLayout);
    }

    private Parameters.Entry parameter(String name, memory.desc layout) {
        return compilation.parameters.laidOut(layer.name() + "/" + name, layout, layout);
    }

    /** Our [4 units][inputs] in oneDNN's dimensions layers, directions, inputs, gates, units. */
    private memory.desc gates(long inputs) {
        long all = 4 * units * inputs;
        return Layout.strided(
                Layout.FLOAT32, new long[] {1, 1, inputs, 4, units}, new long[] {all, all, 1, units * inputs, inputs});
    }

    /** Frames lie sample by sample; oneDNN's first dimension is time. */
    private memory.desc frames() {
        return Layout.strided(
                Layout.FLOAT32, new long[] {steps, rows, features}, new long[] {features, steps * features, 1});
    }

    /** @param frames [rows * steps][features] */
    Tensor run(Tensor frames) {
        Tensor in = compilation.convert(frames, Layout.plain(rows * steps, features));
        lstm_forward.primitive_desc forward = new lstm_forward.primitive_desc(
                Native.cpu(),
                compilation.propagation(),
                dnnl_unidirectional_left2right,
                framesLayout,
                state,
                state,
                weightsLayout,
                recurrentLayout,
                biasesLayout,
                outputsLayout,
                Layout.none(),
                Layout.none(),
                Assembler.attributes(),
                false);
        // Given as zeros, not left out: without them oneDNN 3.11 takes a wrong state into the gradient of the recurrent
        // weights.
        Tensor start = assembler.constant("start", state);
        Tensor source = assembler.in(forward.src_layer_desc(), in.as(frames()));
        Tensor outputs = assembler.tensor("outputs", forward.dst_layer_desc());
        memory.desc notes = forward.workspace_desc();
        Tensor workspace = notes.get_size() == 0 ? null : assembler.tensor("gates", notes);
        Assembler.Call call = assembler
                .call("lstm", forward, new lstm_forward(forward))
                .read(DNNL_ARG_SRC_LAYER, source)
                .read(DNNL_ARG_SRC_ITER, start)
                .read(DNNL_ARG_SRC_ITER_C, start)
                .read(DNNL_ARG_WEIGHTS_LAYER, compilation.weights(weights, forward.weights_layer_desc()))
                .read(DNNL_ARG_WEIGHTS_ITER, compilation.weights(recurrent, forward.weights_iter_desc()))
                .read(DNNL_ARG_BIAS, biases.value)
                .write(DNNL_ARG_DST_LAYER, outputs);
        if (workspace != null) {
            call.write(DNNL_ARG_WORKSPACE, workspace);
        }
        call.add();
        Tensor y = assembler.in(Layout.plain(1, rows, units), last(outputs)).as(Layout.plain(rows, units));
        y.differentiable = in.differentiable || compilation.trained(layer.name() + "/weights");
        compilation.tape.record(y, gradient -> backward(forward, in, source, start, outputs, workspace, gradient));
        return y;
    }

    /** The last frame of a sequence, where it lies. */
    private Tensor last(Tensor sequence) {
        return sequence.as(sequence.layout.submemory_desc(new long[] {1, rows, units}, new long[] {steps - 1, 0, 0}));
    }

    private static memory.desc any(long... dimensions) {
        return Layout.any(Layout.FLOAT32, dimensions);
    }

    private void backward(
            lstm_forward.primitive_desc forward,
            Tensor in,
            Tensor source,
            Tensor start,
            Tensor outputs,
            Tensor workspace,
            Tensor gradient) {
        lstm_backward.primitive_desc backward = new lstm_backward.primitive_desc(
                Native.cpu(),
                dnnl_backward,
                dnnl_unidirectional_left2right,
                framesLayout,
                state,
                state,
                weightsLayout,
                recurrentLayout,
                biasesLayout,
                outputs.layout,
                Layout.none(),
                Layout.none(),
                framesLayout,
                state,
                state,
                weightsLayout,
                recurrentLayout,
                biasesLayout,
                outputsLayout,
                Layout.none(),
                Layout.none(),
                forward,
                Assembler.attributes(),
                false);
        // Only the last frame's output goes on.
        Tensor byOutputs = zeros("gradient of outputs", backward.diff_dst_layer_desc());
        Tensor byLast = assembler.in(Layout.plain(rows, units), gradient).as(Layout.plain(1, rows, units));
        assembler.reorder(byLast, last(byOutputs), false);
        Tensor bySource = assembler.tensor("gradient", backward.diff_src_layer_desc());
        Tensor byWeights = zeros("gradient of weights", backward.diff_weights_layer_desc());
        Tensor byRecurrent = zeros("gradient of recurrent", backward.diff_weights_iter_desc());
        Tensor byBiases = zeros("gradient of biases", backward.diff_bias_desc());
        Assembler.Call call = assembler
                .call("lstm backward", backward, new lstm_backward(backward))
                .read(DNNL_ARG_SRC_LAYER, assembler.in(backward.src_layer_desc(), source))
                .read(DNNL_ARG_SRC_ITER, start)
                .read(DNNL_ARG_SRC_ITER_C, start)
                .read(DNNL_ARG_WEIGHTS_LAYER, compilation.weights(weights, backward.weights_layer_desc()))
                .read(DNNL_ARG_WEIGHTS_ITER, compilation.weights(recurrent, backward.weights_iter_desc()))
                .read(DNNL_ARG_BIAS, biases.value)
                .read(DNNL_ARG_DST_LAYER, outputs)
                .read(DNNL_ARG_DIFF_DST_LAYER, byOutputs)
                .write(DNNL_ARG_DIFF_SRC_LAYER, bySource)
                .write(DNNL_ARG_DIFF_SRC_ITER, assembler.tensor("gradient of start", state))
                .write(DNNL_ARG_DIFF_SRC_ITER_C, assembler.tensor("gradient of start cells", state))
                .write(DNNL_ARG_DIFF_WEIGHTS_LAYER, byWeights)
                .write(DNNL_ARG_DIFF_WEIGHTS_ITER, byRecurrent)
                .write(DNNL_ARG_DIFF_BIAS, byBiases);
        if (workspace != null) {
            call.read(DNNL_ARG_WORKSPACE, workspace);
        }
        call.add();
        if (compilation.trained(layer.name() + "/weights")) {
            compilation.gradientWritten(weights, byWeights);
            compilation.gradientWritten(recurrent, byRecurrent);
            compilation.gradientWritten(biases, byBiases);
        }
        if (in.differentiable) {
            compilation.tape.add(in, assembler.in(frames(), bySource).as(in.layout));
        }
    }

    /** oneDNN adds to the gradients of an LSTM's weights what it finds. */
    private Tensor zeros(String name, memory.desc layout) {
        Tensor tensor = assembler.tensor(name, layout);
        assembler.host("zeros", List.of(), List.of(tensor), (in, out, step) -> fill(out[0]));
        return tensor;
    }

    private static void fill(FloatBuffer memory) {
        for (int i = 0; i < memory.capacity(); i++) {
            memory.put(i, 0);
        }
    }
}
