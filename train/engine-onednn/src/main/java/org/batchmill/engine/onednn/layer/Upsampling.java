package org.batchmill.engine.onednn.layer;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.dnnl_resampling_backward_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_resampling_forward_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_resampling_linear;
import static org.bytedeco.dnnl.global.dnnl.dnnl_resampling_nearest;
import static org.bytedeco.dnnl.global.dnnl.dnnl_success;

import org.batchmill.engine.onednn.memory.Layout;
import org.batchmill.engine.onednn.memory.Natives;
import org.batchmill.engine.onednn.memory.Tensor;
import org.batchmill.engine.onednn.plan.Assembler;
import org.batchmill.engine.onednn.plan.Compilation;
import org.batchmill.records.UsageException;
import org.batchmill.train.network.Layer.Upsample;
import org.batchmill.train.network.Shape;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.primitive_desc;
import org.bytedeco.javacpp.PointerPointer;

/** Upsampling: oneDNN's resampling, whose pixels stand where ours do. */
public final class Upsampling {

    private final Compilation compilation;
    private final Assembler assembler;
    private final Upsample layer;
    private final int algorithm;

    public Upsampling(Compilation compilation, Upsample layer) {
        this.compilation = compilation;
        this.assembler = compilation.assembler;
        this.layer = layer;
        this.algorithm = layer.mode() == Upsample.Mode.NEAREST ? dnnl_resampling_nearest : dnnl_resampling_linear;
    }

    public Tensor run(Tensor x, Shape out) {
        memory.desc any = Layout.any(Layout.type(x.layout), x.rows(), out.channels(), out.height(), out.width());
        primitive_desc forward = forward(x.layout, any);
        Tensor y = assembler.tensor("output", forward.dst_desc());
        y.differentiable = x.differentiable;
        y.overwritable = true;
        assembler
                .call("upsampling", forward, new primitive(forward))
                .read(DNNL_ARG_SRC, x)
                .write(DNNL_ARG_DST, y)
                .add();
        compilation.tape.record(y, gradient -> {
            Tensor dy = assembler.in(y.layout, gradient);
            Tensor dx = assembler.tensor("gradient", x.layout);
            primitive_desc backward = backward(forward, dx.layout, dy.layout);
            assembler
                    .call("upsampling backward", backward, new primitive(backward))
                    .read(DNNL_ARG_DIFF_DST, dy)
                    .write(DNNL_ARG_DIFF_SRC, dx)
                    .add();
            compilation.tape.add(x, dx);
        });
        return y;
    }

    // By the C interface: JavaCPP has no constructors for these descriptions.

    private primitive_desc forward(memory.desc source, memory.desc output) {
        try (PointerPointer<dnnl_primitive_desc> made = new PointerPointer<>(1)) {
            primitive_attr attributes = Assembler.attributes();
            int status = dnnl_resampling_forward_primitive_desc_create(
                    made,
                    Natives.cpu().get(),
                    compilation.propagation(),
                    algorithm,
                    (float[]) null,
                    source.get(),
                    output.get(),
                    attributes.get());
            return described(status, made);
        }
    }

    private primitive_desc backward(primitive_desc forward, memory.desc source, memory.desc output) {
        try (PointerPointer<dnnl_primitive_desc> made = new PointerPointer<>(1)) {
            primitive_attr attributes = Assembler.attributes();
            int status = dnnl_resampling_backward_primitive_desc_create(
                    made,
                    Natives.cpu().get(),
                    algorithm,
                    (float[]) null,
                    source.get(),
                    output.get(),
                    forward.get(),
                    attributes.get());
            return described(status, made);
        }
    }

    private primitive_desc described(int status, PointerPointer<dnnl_primitive_desc> made) {
        if (status != dnnl_success) {
            throw new UsageException(layer.name() + ": oneDNN cannot upsample so: status " + status);
        }
        return new primitive_desc(made.get(dnnl_primitive_desc.class, 0));
    }
}
