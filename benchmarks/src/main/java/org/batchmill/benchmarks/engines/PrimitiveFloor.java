package org.batchmill.benchmarks.engines;

import static org.bytedeco.dnnl.global.dnnl.dnnl_convolution_direct;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_inference;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_training;

import java.io.IOException;
import java.util.List;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Padding;
import org.batchmill.train.network.Shape;
import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.convolution_backward_data;
import org.bytedeco.dnnl.convolution_backward_weights;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.inner_product_backward_data;
import org.bytedeco.dnnl.inner_product_backward_weights;
import org.bytedeco.dnnl.inner_product_forward;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.primitive_desc;
import org.bytedeco.dnnl.stream;

/**
 * What no step can be faster than: the convolutions and products of a network as oneDNN's primitives alone, each in the layouts that
 * it chooses, timed by itself and added up; without what recurrent layers do. Prints milliseconds: convolutions, products. Arguments: case,
 * seconds. The threads are those of OMP_NUM_THREADS.
 */
final class PrimitiveFloor {

    private final engine cpu = new engine(engine.kind.cpu, 0);
    private final stream order = new stream(cpu);
    private final boolean training;
    private final double seconds;

    private PrimitiveFloor(boolean training, double seconds) {
        this.training = training;
        this.seconds = seconds;
    }

    public static void main(String[] arguments) throws IOException {
        Case row = Case.parse(arguments[0]);
        Network network = row.network();
        List<Layer> layers = network.layers();
        long primitives = 3
                * layers.stream()
                        .filter(layer -> layer instanceof Layer.Conv2d || layer instanceof Layer.Dense)
                        .count();
        PrimitiveFloor floor = new PrimitiveFloor(row.training(), Double.parseDouble(arguments[1]) / primitives);
        double convolutions = 0;
        double products = 0;
        boolean first = true;
        boolean joined = false;
        for (Layer layer : layers) {
            String read = network.inputs().get(layer.name()).get(0);
            Shape shape = read.equals(Network.INPUT)
                    ? network.input()
                    : network.outputShapes().get(read);
            Shape out = network.outputShapes().get(layer.name());
            // Of several frames a sample, all but what is behind the layer that joins them.
            int rows = row.batch() * (joined ? 1 : network.timeSteps());
            joined |= layer.joinsFrames();
            if (layer instanceof Layer.Conv2d conv) {
                convolutions += floor.convolution(conv, rows, shape, out, first);
                first = false;
            } else if (layer instanceof Layer.Dense dense) {
                products += floor.product(dense, rows, shape, first);
                first = false;
            }
        }
        System.out.println(convolutions + " " + products);
    }

    private static memory.desc any(long... dimensions) {
        return new memory.desc(dimensions, memory.data_type.f32, memory.format_tag.any);
    }

    private double convolution(Layer.Conv2d layer, int rows, Shape in, Shape out, boolean first) {
        memory.desc source = any(rows, in.channels(), in.height(), in.width());
        long groups = layer.groups();
        long filters = layer.filters() / groups;
        long channels = in.channels() / groups;
        memory.desc weights = groups == 1
                ? any(filters, channels, layer.kernelHeight(), layer.kernelWidth())
                : any(groups, filters, channels, layer.kernelHeight(), layer.kernelWidth());
        memory.desc biases = any(layer.filters());
        memory.desc output = any(rows, out.channels(), out.height(), out.width());
        Padding padding = layer.padding();
        long[] strides = {layer.strideHeight(), layer.strideWidth()};
        long[] before = {
            padding.before(true, in.height(), layer.kernelHeight(), layer.strideHeight(), 1),
            padding.before(false, in.width(), layer.kernelWidth(), layer.strideWidth(), 1)
        };
        long[] after = {
            padding.after(true, in.height(), layer.kernelHeight(), layer.strideHeight(), 1),
            padding.after(false, in.width(), layer.kernelWidth(), layer.strideWidth(), 1)
        };
        convolution_forward.primitive_desc forward = new convolution_forward.primitive_desc(
                cpu, propagation(), dnnl_convolution_direct, source, weights, biases, output, strides, before, after);
        double sum = forward(forward, new convolution_forward(forward));
        if (!training) {
            return sum;
        }
        convolution_backward_weights.primitive_desc byWeights = new convolution_backward_weights.primitive_desc(
                cpu, dnnl_convolution_direct, source, weights, biases, output, strides, before, after, forward);
        sum += byWeights(byWeights, new convolution_backward_weights(byWeights));
        if (!first) {
            convolution_backward_data.primitive_desc byData = new convolution_backward_data.primitive_desc(
                    cpu, dnnl_convolution_direct, source, weights, output, strides, before, after, forward);
            sum += byData(byData, new convolution_backward_data(byData));
        }
        return sum;
    }

    private double product(Layer.Dense layer, int rows, Shape in, boolean first) {
        memory.desc source = any(rows, in.channels(), in.height(), in.width());
        memory.desc weights = any(layer.units(), in.channels(), in.height(), in.width());
        memory.desc biases = any(layer.units());
        memory.desc output = any(rows, layer.units());
        inner_product_forward.primitive_desc forward =
                new inner_product_forward.primitive_desc(cpu, propagation(), source, weights, biases, output);
        double sum = forward(forward, new inner_product_forward(forward));
        if (!training) {
            return sum;
        }
        inner_product_backward_weights.primitive_desc byWeights =
                new inner_product_backward_weights.primitive_desc(cpu, source, weights, biases, output, forward);
        sum += byWeights(byWeights, new inner_product_backward_weights(byWeights));
        if (!first) {
            inner_product_backward_data.primitive_desc byData =
                    new inner_product_backward_data.primitive_desc(cpu, source, weights, output, forward);
            sum += byData(byData, new inner_product_backward_data(byData));
        }
        return sum;
    }

    private int propagation() {
        return training ? dnnl_forward_training : dnnl_forward_inference;
    }

    private double forward(primitive_desc description, primitive work) {
        IntMemoryMap arguments = new IntMemoryMap();
        arguments.put(dnnl.DNNL_ARG_SRC, memory(description.src_desc()));
        arguments.put(dnnl.DNNL_ARG_WEIGHTS, memory(description.weights_desc()));
        arguments.put(dnnl.DNNL_ARG_BIAS, memory(description.weights_desc(1)));
        arguments.put(dnnl.DNNL_ARG_DST, memory(description.dst_desc()));
        return time(work, arguments);
    }

    private double byWeights(primitive_desc description, primitive work) {
        IntMemoryMap arguments = new IntMemoryMap();
        arguments.put(dnnl.DNNL_ARG_SRC, memory(description.src_desc()));
        arguments.put(dnnl.DNNL_ARG_DIFF_DST, memory(description.diff_dst_desc()));
        arguments.put(dnnl.DNNL_ARG_DIFF_WEIGHTS, memory(description.diff_weights_desc()));
        arguments.put(dnnl.DNNL_ARG_DIFF_BIAS, memory(description.diff_weights_desc(1)));
        return time(work, arguments);
    }

    private double byData(primitive_desc description, primitive work) {
        IntMemoryMap arguments = new IntMemoryMap();
        arguments.put(dnnl.DNNL_ARG_DIFF_DST, memory(description.diff_dst_desc()));
        arguments.put(dnnl.DNNL_ARG_WEIGHTS, memory(description.weights_desc()));
        arguments.put(dnnl.DNNL_ARG_DIFF_SRC, memory(description.diff_src_desc()));
        return time(work, arguments);
    }

    private memory memory(memory.desc layout) {
        return new memory(layout, cpu);
    }

    private double time(primitive work, IntMemoryMap arguments) {
        return Measured.medianMillis(
                () -> {
                    work.execute(order, arguments);
                    order._wait();
                },
                seconds);
    }
}
