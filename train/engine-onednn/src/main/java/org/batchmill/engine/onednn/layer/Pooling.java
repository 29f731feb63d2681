package org.batchmill.engine.onednn.layer;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WORKSPACE;
import static org.bytedeco.dnnl.global.dnnl.dnnl_pooling_avg_exclude_padding;
import static org.bytedeco.dnnl.global.dnnl.dnnl_pooling_max;

import org.batchmill.engine.onednn.memory.Layout;
import org.batchmill.engine.onednn.memory.Natives;
import org.batchmill.engine.onednn.memory.Tensor;
import org.batchmill.engine.onednn.plan.Assembler;
import org.batchmill.engine.onednn.plan.Compilation;
import org.batchmill.train.network.Layer.Activation;
import org.batchmill.train.network.Layer.AveragePool;
import org.batchmill.train.network.Layer.MaxPool;
import org.batchmill.train.network.Shape;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.pooling_backward;
import org.bytedeco.dnnl.pooling_forward;

/** Pooling. */
public final class Pooling {

    private final Compilation compilation;
    private final Assembler assembler;
    private final int algorithm;
    private final Window window;
    private final Shape out;

    private Pooling(Compilation compilation, int algorithm, Window window, Shape out) {
        this.compilation = compilation;
        this.assembler = compilation.assembler;
        this.algorithm = algorithm;
        this.window = window;
        this.out = out;
    }

    public static Pooling of(Compilation compilation, MaxPool layer, Shape in, Shape out) {
        return new Pooling(compilation, dnnl_pooling_max, new Window(layer, in), out);
    }

    public static Pooling of(Compilation compilation, AveragePool layer, Shape in, Shape out) {
        return new Pooling(compilation, dnnl_pooling_avg_exclude_padding, new Window(layer, in), out);
    }

    /**
     * @param activation what was fused into the operation before, whose gradient is taken here, on the smaller side: the largest of
     *     activated values is the activated largest value. Null for none
     */
    public Tensor run(Tensor x, Activation activation) {
        memory.desc any = Layout.any(Layout.type(x.layout), x.rows(), out.channels(), out.height(), out.width());
        pooling_forward.primitive_desc forward = new pooling_forward.primitive_desc(
                Natives.cpu(),
                compilation.propagation(),
                algorithm,
                x.layout,
                any,
                window.strides,
                window.kernel,
                window.gaps,
                window.before,
                window.after,
                Assembler.attributes(),
                false);
        Tensor y = assembler.tensor("output", forward.dst_desc());
        y.differentiable = x.differentiable;
        y.overwritable = activation == null;
        memory.desc notes = forward.workspace_desc();
        Tensor workspace = notes.get_size() == 0 ? null : assembler.tensor("places", notes);
        Assembler.Call call = assembler
                .call(
                        algorithm == dnnl_pooling_max ? "max pooling" : "average pooling",
                        forward,
                        new pooling_forward(forward))
                .read(DNNL_ARG_SRC, x)
                .write(DNNL_ARG_DST, y);
        if (workspace != null) {
            call.write(DNNL_ARG_WORKSPACE, workspace);
        }
        call.add();
        compilation.tape.record(y, gradient -> {
            Tensor before =
                    activation == null ? gradient : new Activations(compilation).backward(activation, y, gradient);
            compilation.tape.add(x, backward(forward, x, y, assembler.in(y.layout, before), workspace));
        });
        return y;
    }

    private Tensor backward(pooling_forward.primitive_desc forward, Tensor x, Tensor y, Tensor dy, Tensor workspace) {
        pooling_backward.primitive_desc backward = new pooling_backward.primitive_desc(
                Natives.cpu(),
                algorithm,
                x.layout,
                y.layout,
                window.strides,
                window.kernel,
                window.gaps,
                window.before,
                window.after,
                forward,
                Assembler.attributes(),
                false);
        Tensor dx = assembler.tensor("gradient", x.layout);
        Assembler.Call call = assembler
                .call("pooling backward", backward, new pooling_backward(backward))
                .read(DNNL_ARG_DIFF_DST, dy)
                .write(DNNL_ARG_DIFF_SRC, dx);
        if (workspace != null) {
            call.read(DNNL_ARG_WORKSPACE, workspace);
        }
        call.add();
        return dx;
    }
}
