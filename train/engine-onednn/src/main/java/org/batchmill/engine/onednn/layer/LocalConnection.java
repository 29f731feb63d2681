package org.batchmill.engine.onednn.layer;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.batchmill.engine.onednn.memory.Layout;
import org.batchmill.engine.onednn.memory.Parameters;
import org.batchmill.engine.onednn.memory.Tensor;
import org.batchmill.engine.onednn.plan.Assembler;
import org.batchmill.engine.onednn.plan.Compilation;
import org.batchmill.train.network.Layer.LocallyConnected2d;
import org.batchmill.train.network.LocalProducts;
import org.batchmill.train.network.Shape;
import org.bytedeco.dnnl.memory;

/** A locally connected layer, in Java and in float32: oneDNN has none. */
public final class LocalConnection {

    private final Compilation compilation;
    private final Assembler assembler;
    private final LocalProducts products;
    private final int rowSize;
    private final Shape out;
    private final boolean trained;
    private final Parameters.Entry weights;
    /** Null without. */
    private final Parameters.Entry biases;

    public LocalConnection(Compilation compilation, LocallyConnected2d layer, Shape in, Shape out) {
        this.compilation = compilation;
        this.assembler = compilation.assembler;
        this.products = new LocalProducts(layer, in);
        this.rowSize = in.size();
        this.out = out;
        this.trained = compilation.trained(layer.name() + "/weights");
        // In a row: nothing else reads them.
        this.weights = compilation.parameters.perChannel(layer.name() + "/weights");
        this.biases = layer.bias() ? compilation.parameters.perChannel(layer.name() + "/biases") : null;
    }

    public Tensor run(Tensor image) {
        Tensor x = compilation.convert(image, Layout.plain(image.dimensions()));
        int rows = Math.toIntExact(x.rows());
        Tensor y = assembler.tensor("output", Layout.plain(rows, out.channels(), out.height(), out.width()));
        y.differentiable = x.differentiable || trained;
        List<Tensor> inputs = new ArrayList<>(List.of(x, weights.value));
        if (biases != null) {
            inputs.add(biases.value);
        }
        assembler.host("locally connected", inputs, List.of(y), (in, result, step) -> {
            float[] images = floats(in[0], rows * rowSize);
            float[] added = biases == null ? null : floats(in[2], out.size());
            float[] sums = new float[rows * out.size()];
            step.workers.run(
                    products.places(),
                    (place, worker) -> products.forward(place, images, rows, reader(in[1]), added, sums));
            result[0].put(0, sums);
        });
        compilation.tape.record(y, gradient -> backward(x, gradient, rows));
        memory.desc layout = Layout.plain(compilation.type, y.dimensions());
        return compilation.convert(y, layout);
    }

    private void backward(Tensor x, Tensor gradient, int rows) {
        Tensor dy = assembler.plain(gradient);
        if (trained) {
            Tensor byWeights = compilation.gradientTarget(weights, weights.gradient.layout);
            assembler.host("locally connected by weights", List.of(x, dy), List.of(byWeights), (in, result, step) -> {
                float[] images = floats(in[0], rows * rowSize);
                float[] gradients = floats(in[1], rows * out.size());
                LocalProducts.Kernels kernels = (first, kernel) -> result[0].put(first, kernel);
                step.workers.run(
                        products.places(),
                        (place, worker) -> products.byWeights(place, images, gradients, rows, kernels));
            });
            compilation.gradientWritten(weights, byWeights);
        }
        if (trained && biases != null) {
            Tensor byBiases = compilation.gradientTarget(biases, biases.gradient.layout);
            assembler.host(
                    "locally connected by biases",
                    List.of(dy),
                    List.of(byBiases),
                    (in, result, step) -> result[0].put(0, products.byBiases(floats(in[0], rows * out.size()), rows)));
            compilation.gradientWritten(biases, byBiases);
        }
        if (x.differentiable) {
            Tensor dx = assembler.tensor("gradient", x.layout);
            assembler.host("locally connected by data", List.of(dy, weights.value), List.of(dx), (in, result, step) -> {
                float[] gradients = floats(in[0], rows * out.size());
                float[] sums = new float[rows * rowSize];
                step.workers.run(rows, (row, worker) -> products.byInput(row, gradients, reader(in[1]), sums));
                result[0].put(0, sums);
            });
            compilation.tape.add(x, dx);
        }
    }

    private static LocalProducts.Kernels reader(FloatBuffer weights) {
        return (first, kernel) -> weights.get(first, kernel);
    }

    private static float[] floats(FloatBuffer buffer, int count) {
        float[] values = new float[count];
        buffer.get(0, values);
        return values;
    }
}
