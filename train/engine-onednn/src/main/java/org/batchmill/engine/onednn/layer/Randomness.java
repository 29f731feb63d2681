package org.batchmill.engine.onednn.layer;

import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_add;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_mul;

import java.nio.FloatBuffer;
import java.util.List;
import org.batchmill.engine.onednn.memory.Layout;
import org.batchmill.engine.onednn.memory.Tensor;
import org.batchmill.engine.onednn.plan.Assembler;
import org.batchmill.engine.onednn.plan.Compilation;
import org.batchmill.records.UsageException;
import org.batchmill.train.engine.StepRandom;
import org.batchmill.train.network.Layer.Dropout;
import org.batchmill.train.network.Layer.GaussianNoise;

/** Dropout and noise: the numbers are drawn on the host in canonical order, as every engine draws them, then brought to the layout. */
public final class Randomness {

    /** Values in one task of a thread. */
    private static final int PART = 4096;

    private final Compilation compilation;
    private final Assembler assembler;

    public Randomness(Compilation compilation) {
        this.compilation = compilation;
        this.assembler = compilation.assembler;
    }

    private interface Draw {
        void fill(StepRandom random, long first, float[] values);
    }

    public Tensor dropout(Dropout layer, Tensor x) {
        Tensor mask = draw(
                "mask", layer.name(), x, (random, first, values) -> random.dropoutMask(first, values, layer.rate()));
        Tensor y = assembler.tensor("output", x.layout);
        y.differentiable = x.differentiable;
        assembler.binary("dropout", dnnl_binary_mul, x, mask, y);
        compilation.tape.record(y, gradient -> {
            Tensor dy = assembler.in(mask.layout, gradient);
            Tensor dx = compilation.tape.mayChange(dy) ? dy : assembler.tensor("gradient", dy.layout);
            assembler.binary("dropout backward", dnnl_binary_mul, dy, mask, dx);
            compilation.tape.add(x, dx);
        });
        return y;
    }

    public Tensor noise(GaussianNoise layer, Tensor x) {
        Tensor noise = draw(
                "noise",
                layer.name(),
                x,
                (random, first, values) -> random.noise(first, values, layer.standardDeviation()));
        Tensor y = assembler.tensor("output", x.layout);
        y.differentiable = x.differentiable;
        assembler.binary("noise", dnnl_binary_add, x, noise, y);
        compilation.tape.record(y, gradient -> compilation.tape.add(x, gradient));
        return y;
    }

    /** Random numbers in the layout of a tensor. */
    private Tensor draw(String what, String layer, Tensor like, Draw draw) {
        Tensor plain = assembler.tensor(what, Layout.plain(like.dimensions()));
        long values = Layout.count(plain.layout);
        if (values > Integer.MAX_VALUE) {
            throw new UsageException(
                    layer + ": " + values + " random numbers are more than Java can look at; take a smaller batch");
        }
        int count = (int) values;
        int parts = (count + PART - 1) / PART;
        float[][] blocks = new float[compilation.workers][Math.min(PART, count)];
        assembler.host(what, List.of(), List.of(plain), (in, out, step) -> {
            StepRandom random = new StepRandom(step.seed, step.context.step(), step.context.microStep(), layer);
            long first = (long) step.context.firstRow() * (count / step.rows);
            step.workers.run(
                    parts, (part, worker) -> fill(random, first, part * PART, count, out[0], blocks[worker], draw));
        });
        return assembler.in(like.layout, plain);
    }

    private static void fill(
            StepRandom random, long first, int from, int count, FloatBuffer to, float[] block, Draw draw) {
        draw.fill(random, first + from, block);
        to.put(from, block, 0, Math.min(block.length, count - from));
    }
}
