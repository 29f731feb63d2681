package org.batchmill.engine.onednn.layer;

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

import java.nio.FloatBuffer;
import java.util.List;
import org.batchmill.engine.onednn.memory.Layout;
import org.batchmill.engine.onednn.memory.Parameters;
import org.batchmill.engine.onednn.memory.Tensor;
import org.batchmill.engine.onednn.plan.Assembler;
import org.batchmill.engine.onednn.plan.Compilation;
import org.batchmill.engine.onednn.plan.Step;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.primitive_desc;
import org.bytedeco.dnnl.rnn_primitive_desc_base;

/**
 * A recurrent layer over the frames of each sample, in float32: oneDNN's, whose gates have our order. It runs over all frames, whatever the
 * samples' lengths: what lies behind an end has no part in what is before it, and gets no gradient.
 */
public abstract class Recurrent {

    /** The layouts in which a primitive reads the frames and the weights. */
    record Inputs(memory.desc frames, memory.desc weights, memory.desc recurrent) {

        static Inputs of(rnn_primitive_desc_base its) {
            return new Inputs(its.src_layer_desc(), its.weights_layer_desc(), its.weights_iter_desc());
        }
    }

    /** The layouts in which the backward primitive reads and writes gradients, by what they are of. */
    record Gradients(
            memory.desc outputs, memory.desc frames, memory.desc weights, memory.desc recurrent, memory.desc biases) {}

    /** The forward primitive, and the layouts that it chose. */
    record Forward(
            primitive_desc description, primitive compiled, Inputs inputs, memory.desc outputs, memory.desc workspace) {

        static Forward of(rnn_primitive_desc_base its, primitive compiled) {
            return new Forward(its, compiled, Inputs.of(its), its.dst_layer_desc(), its.workspace_desc());
        }
    }

    /** The backward primitive, and the layouts that it chose. */
    record Backward(primitive_desc description, primitive compiled, Inputs inputs, Gradients gradients) {

        static Backward of(rnn_primitive_desc_base its, primitive compiled) {
            return new Backward(
                    its,
                    compiled,
                    Inputs.of(its),
                    new Gradients(
                            its.diff_dst_layer_desc(),
                            its.diff_src_layer_desc(),
                            its.diff_weights_layer_desc(),
                            its.diff_weights_iter_desc(),
                            its.diff_bias_desc()));
        }
    }

    /** What the forward pass leaves to the backward pass. */
    private record Run(Forward forward, Tensor in, Tensor source, Tensor outputs, Tensor workspace, Tensor lengths) {}

    final Compilation compilation;
    private final Assembler assembler;
    private final String kind;
    private final String name;
    private final long rows;
    private final long steps;
    private final long features;
    private final long units;
    private final boolean sequences;
    private final Parameters.Entry weights;
    private final Parameters.Entry recurrent;
    private final Parameters.Entry biases;
    // What the primitives are asked for: the layouts that they like best, but for the state and the biases.
    final memory.desc framesLayout;
    final memory.desc state;
    final memory.desc weightsLayout;
    final memory.desc recurrentLayout;
    final memory.desc biasesLayout;
    final memory.desc outputsLayout;

    /**
     * What a layer is over.
     *
     * @param gates     rows of weights for each unit
     * @param sequences whether the output of each frame goes on, else the last one
     */
    record Geometry(long rows, long steps, long features, long units, long gates, boolean sequences) {}

    Recurrent(Compilation compilation, String kind, String name, Geometry its) {
        this.compilation = compilation;
        this.assembler = compilation.assembler;
        this.kind = kind;
        this.name = name;
        this.rows = its.rows();
        this.steps = its.steps();
        this.features = its.features();
        this.units = its.units();
        this.sequences = its.sequences();
        this.weights = parameter("weights", gates(its.gates(), features));
        this.recurrent = parameter("recurrent", gates(its.gates(), units));
        this.framesLayout = any(steps, rows, features);
        this.state = Layout.plain(1, 1, rows, units);
        this.weightsLayout = any(1, 1, features, its.gates(), units);
        this.recurrentLayout = any(1, 1, units, its.gates(), units);
        this.biasesLayout = Layout.plain(1, 1, 4, units);
        this.outputsLayout = any(steps, rows, units);
        this.biases = parameter("biases", biasesLayout);
    }

    public abstract Forward forward();

    /** @param outputs the layout of the forward pass's */
    abstract Backward backward(Forward forward, memory.desc outputs);

    /** Whether there are cells beside the outputs. */
    abstract boolean hasCells();

    private Parameters.Entry parameter(String what, memory.desc layout) {
        return compilation.parameters.laidOut(name + "/" + what, layout, layout);
    }

    /** Our [gates units][inputs] in oneDNN's dimensions layers, directions, inputs, gates, units. */
    private memory.desc gates(long gates, long inputs) {
        long all = gates * units * inputs;
        return Layout.strided(
                Layout.FLOAT32, new long[] {1, 1, inputs, gates, units}, new long[] {all, all, 1, units * inputs, inputs
                });
    }

    /** Frames lie sample by sample; oneDNN's first dimension is time. */
    private memory.desc sampleBySample(long each) {
        return Layout.strided(Layout.FLOAT32, new long[] {steps, rows, each}, new long[] {each, steps * each, 1});
    }

    /**
     * Assembles the layer.
     *
     * @param frames  [rows * steps][features]
     * @param lengths [rows][1]; null where all frames count
     */
    public Tensor run(Tensor frames, Tensor lengths) {
        Tensor in = compilation.convert(frames, Layout.plain(rows * steps, features));
        Forward forward = forward();
        // Given as zeros, not left out: without them oneDNN 3.11 takes a wrong state into the gradient of the recurrent
        // weights.
        Tensor start = assembler.constant("start", state);
        Tensor source = assembler.in(forward.inputs().frames(), in.as(sampleBySample(features)));
        Tensor outputs = assembler.tensor("outputs", forward.outputs());
        memory.desc notes = forward.workspace();
        Tensor workspace = notes.get_size() == 0 ? null : assembler.tensor("gates", notes);
        Assembler.Call call = assembler
                .call(kind, forward.description(), forward.compiled())
                .read(DNNL_ARG_SRC_LAYER, source)
                .read(DNNL_ARG_SRC_ITER, start);
        if (hasCells()) {
            call.read(DNNL_ARG_SRC_ITER_C, start);
        }
        call.read(
                        DNNL_ARG_WEIGHTS_LAYER,
                        compilation.weights(weights, forward.inputs().weights()))
                .read(
                        DNNL_ARG_WEIGHTS_ITER,
                        compilation.weights(recurrent, forward.inputs().recurrent()))
                .read(DNNL_ARG_BIAS, biases.value)
                .write(DNNL_ARG_DST_LAYER, outputs);
        if (workspace != null) {
            call.write(DNNL_ARG_WORKSPACE, workspace);
        }
        call.add();
        Tensor y = goingOn(outputs, lengths);
        y.differentiable = in.differentiable || compilation.trained(name + "/weights");
        Run run = new Run(forward, in, source, outputs, workspace, lengths);
        compilation.tape.record(y, gradient -> backward(run, start, gradient));
        return y;
    }

    private Tensor goingOn(Tensor outputs, Tensor lengths) {
        if (lengths == null && !sequences) {
            return assembler.in(Layout.plain(1, rows, units), last(outputs)).as(Layout.plain(rows, units));
        }
        Tensor all = assembler.tensor("sequences", Layout.plain(rows * steps, units));
        assembler.reorder(outputs, all.as(sampleBySample(units)), false);
        if (lengths == null) {
            return all;
        }
        Tensor to = sequences ? all : assembler.tensor("output", Layout.plain(rows, units));
        assembler.host(
                sequences ? "zeros behind the ends" : "outputs at the ends",
                List.of(all, lengths),
                List.of(to),
                sequences ? this::cutBehind : this::takeLast);
        return to;
    }

    /** The last frame of a sequence, where it lies. */
    private Tensor last(Tensor sequence) {
        return sequence.as(sequence.layout.submemory_desc(new long[] {1, rows, units}, new long[] {steps - 1, 0, 0}));
    }

    /** The first input is the second output, or is copied there. */
    private void cutBehind(FloatBuffer[] in, FloatBuffer[] out, Step step) {
        int frame = (int) units;
        for (int i = 0; i < rows * steps; i++) {
            boolean counts = i % steps < in[1].get((int) (i / steps));
            for (int k = i * frame; k < (i + 1) * frame; k++) {
                out[0].put(k, counts ? in[0].get(k) : 0);
            }
        }
    }

    private void takeLast(FloatBuffer[] in, FloatBuffer[] out, Step step) {
        int frame = (int) units;
        for (int row = 0; row < rows; row++) {
            int length = (int) in[1].get(row);
            for (int u = 0; u < frame; u++) {
                int from = (int) ((row * steps + length - 1) * frame + u);
                out[0].put(row * frame + u, length == 0 ? 0 : in[0].get(from));
            }
        }
    }

    /** The way back of {@link #takeLast}. */
    private void putLast(FloatBuffer[] in, FloatBuffer[] out, Step step) {
        int frame = (int) units;
        for (int i = 0; i < rows * steps; i++) {
            int row = (int) (i / steps);
            boolean last = i % steps == in[1].get(row) - 1;
            for (int u = 0; u < frame; u++) {
                out[0].put(i * frame + u, last ? in[0].get(row * frame + u) : 0);
            }
        }
    }

    static memory.desc any(long... dimensions) {
        return Layout.any(Layout.FLOAT32, dimensions);
    }

    private void backward(Run run, Tensor start, Tensor gradient) {
        Backward backward = backward(run.forward(), run.outputs().layout);
        Tensor byOutputs = byOutputs(run.lengths(), backward.gradients().outputs(), gradient);
        Tensor bySource = assembler.tensor("gradient", backward.gradients().frames());
        Tensor byWeights = zeros("gradient of weights", backward.gradients().weights());
        Tensor byRecurrent = zeros("gradient of recurrent", backward.gradients().recurrent());
        Tensor byBiases = zeros("gradient of biases", backward.gradients().biases());
        Assembler.Call call = assembler
                .call(kind + " backward", backward.description(), backward.compiled())
                .read(DNNL_ARG_SRC_LAYER, assembler.in(backward.inputs().frames(), run.source()))
                .read(DNNL_ARG_SRC_ITER, start);
        if (hasCells()) {
            call.read(DNNL_ARG_SRC_ITER_C, start);
        }
        call.read(
                        DNNL_ARG_WEIGHTS_LAYER,
                        compilation.weights(weights, backward.inputs().weights()))
                .read(
                        DNNL_ARG_WEIGHTS_ITER,
                        compilation.weights(recurrent, backward.inputs().recurrent()))
                .read(DNNL_ARG_BIAS, biases.value)
                .read(DNNL_ARG_DST_LAYER, run.outputs())
                .read(DNNL_ARG_DIFF_DST_LAYER, byOutputs)
                .write(DNNL_ARG_DIFF_SRC_LAYER, bySource)
                .write(DNNL_ARG_DIFF_SRC_ITER, assembler.tensor("gradient of start", state));
        if (hasCells()) {
            call.write(DNNL_ARG_DIFF_SRC_ITER_C, assembler.tensor("gradient of start cells", state));
        }
        call.write(DNNL_ARG_DIFF_WEIGHTS_LAYER, byWeights)
                .write(DNNL_ARG_DIFF_WEIGHTS_ITER, byRecurrent)
                .write(DNNL_ARG_DIFF_BIAS, byBiases);
        if (run.workspace() != null) {
            call.read(DNNL_ARG_WORKSPACE, run.workspace());
        }
        call.add();
        if (compilation.trained(name + "/weights")) {
            compilation.gradientWritten(weights, byWeights);
            compilation.gradientWritten(recurrent, byRecurrent);
            compilation.gradientWritten(biases, byBiases);
        }
        Tensor in = run.in();
        if (in.differentiable) {
            compilation.tape.add(
                    in, assembler.in(sampleBySample(features), bySource).as(in.layout));
        }
    }

    /** The gradient of all frames' outputs, from that of those that went on. */
    private Tensor byOutputs(Tensor lengths, memory.desc layout, Tensor gradient) {
        if (lengths == null && !sequences) {
            Tensor all = zeros("gradient of outputs", layout);
            Tensor byLast = assembler.in(Layout.plain(rows, units), gradient).as(Layout.plain(1, rows, units));
            assembler.reorder(byLast, last(all), false);
            return all;
        }
        Tensor its = assembler.in(Layout.plain(sequences ? rows * steps : rows, units), gradient);
        if (lengths != null) {
            Tensor masked = assembler.tensor("gradient of sequences", Layout.plain(rows * steps, units));
            assembler.host(
                    "gradient up to the ends",
                    List.of(its, lengths),
                    List.of(masked),
                    sequences ? this::cutBehind : this::putLast);
            its = masked;
        }
        return assembler.in(layout, its.as(sampleBySample(units)));
    }

    /** oneDNN adds to the gradients of a recurrent layer's weights what it finds. */
    private Tensor zeros(String what, memory.desc layout) {
        Tensor tensor = assembler.tensor(what, layout);
        assembler.host("zeros", List.of(), List.of(tensor), (in, out, step) -> fill(out[0]));
        return tensor;
    }

    private static void fill(FloatBuffer memory) {
        for (int i = 0; i < memory.capacity(); i++) {
            memory.put(i, 0);
        }
    }
}
