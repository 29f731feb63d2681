package org.batchmill.engine.onednn.layer;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_MULTIPLE_SRC;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_add;

import java.util.ArrayList;
import java.util.List;
import org.batchmill.engine.onednn.memory.Layout;
import org.batchmill.engine.onednn.memory.Natives;
import org.batchmill.engine.onednn.memory.Tensor;
import org.batchmill.engine.onednn.plan.Assembler;
import org.batchmill.engine.onednn.plan.Compilation;
import org.batchmill.train.host.Purpose;
import org.batchmill.train.network.Layer.Activation;
import org.bytedeco.dnnl.concat;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.memory_desc_vector;
import org.bytedeco.dnnl.post_ops;

/** Where branches of a network meet: sums, and channels side by side. */
public final class Joins {

    private static final int CHANNELS = 1;

    private final Compilation compilation;
    private final Assembler assembler;

    public Joins(Compilation compilation) {
        this.compilation = compilation;
        this.assembler = compilation.assembler;
    }

    /** As images, if one of them is, else as vectors. */
    private List<Tensor> alike(List<Signal> signals) {
        boolean images = signals.stream().anyMatch(Signal::isImage);
        return signals.stream()
                .map(signal -> images ? signal.image(compilation) : signal.tensor())
                .toList();
    }

    /**
     * In the layout of the first.
     *
     * @param activation fused into the sum; null for none
     */
    public Tensor sum(List<Signal> signals, Activation activation) {
        List<Tensor> terms = new ArrayList<>();
        for (Tensor tensor : alike(signals)) {
            terms.add(terms.isEmpty() ? tensor : compilation.convert(tensor, terms.get(0).layout));
        }
        Tensor before = terms.get(0);
        boolean inPlace = before.overwritable && compilation.purpose != Purpose.OBSERVE;
        Tensor sum = inPlace ? before.as(before.layout) : assembler.tensor("sum", before.layout);
        sum.differentiable = terms.stream().anyMatch(term -> term.differentiable);
        for (int i = 1; i < terms.size(); i++) {
            if (activation != null && i == terms.size() - 1) {
                post_ops fused = new post_ops();
                Activations.fuse(activation, fused);
                String what = "sum + " + Activations.name(activation);
                assembler.binary(what, dnnl_binary_add, before, terms.get(i), sum, fused);
            } else {
                assembler.binary("sum", dnnl_binary_add, before, terms.get(i), sum);
            }
            before = sum;
        }
        compilation.tape.record(sum, gradient -> {
            Tensor its =
                    activation == null ? gradient : new Activations(compilation).backward(activation, sum, gradient);
            compilation.tape.share(its);
            terms.forEach(term -> compilation.tape.add(term, its));
        });
        sum.overwritable = activation == null;
        return sum;
    }

    public Tensor concat(List<Signal> signals) {
        List<Tensor> parts = new ArrayList<>();
        memory_desc_vector layouts = new memory_desc_vector();
        for (Tensor tensor : alike(signals)) {
            boolean converted = Layout.type(tensor.layout) != compilation.type;
            Tensor part = converted
                    ? compilation.convert(tensor, Layout.plain(compilation.type, tensor.dimensions()))
                    : tensor;
            parts.add(part);
            layouts.push_back(part.layout);
        }
        concat.primitive_desc description =
                new concat.primitive_desc(Natives.cpu(), CHANNELS, layouts, Assembler.attributes(), false);
        Tensor y = assembler.tensor("channels", description.dst_desc());
        y.differentiable = parts.stream().anyMatch(part -> part.differentiable);
        y.overwritable = true;
        Assembler.Call call = assembler.call("concatenation", description, new concat(description));
        for (int i = 0; i < parts.size(); i++) {
            call.read(DNNL_ARG_MULTIPLE_SRC + i, parts.get(i));
        }
        call.write(DNNL_ARG_DST, y).add();
        compilation.tape.record(y, gradient -> split(parts, gradient));
        return y;
    }

    /** Hands each part its channels of the gradient. */
    private void split(List<Tensor> parts, Tensor gradient) {
        Tensor whole = cuttable(gradient, parts);
        long first = 0;
        for (Tensor part : parts) {
            long[] dimensions = part.dimensions();
            if (part.differentiable) {
                long[] offsets = new long[dimensions.length];
                offsets[CHANNELS] = first;
                memory.desc its = whole.layout.submemory_desc(dimensions, offsets);
                Tensor own = assembler.tensor("gradient", part.layout);
                assembler.reorder(whole.as(its), own, false);
                compilation.tape.add(part, own);
            }
            first += dimensions[CHANNELS];
        }
    }

    /** A gradient in a layout in which no part ends inside of a block. */
    private Tensor cuttable(Tensor gradient, List<Tensor> parts) {
        long block = Layout.largestBlock(gradient.layout);
        if (parts.stream().allMatch(part -> part.dimensions()[CHANNELS] % block == 0)) {
            return gradient;
        }
        long[] dimensions = gradient.dimensions();
        memory.data_type type = Layout.type(gradient.layout);
        return assembler.in(
                dimensions.length == 4 ? Layout.channelsLast(type, dimensions) : Layout.plain(type, dimensions),
                gradient);
    }
}
