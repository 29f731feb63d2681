package org.batchmill.benchmarks.engines;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Padding;
import org.batchmill.train.network.Shape;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** A network of ours as libtorch's eager operations. */
final class TorchNetwork {

    /** A layer with one input; {@code training} as in libtorch. */
    private interface Step {
        Tensor run(Tensor x, boolean training);
    }

    /** One with any number. */
    private interface Join {
        Tensor run(List<Tensor> inputs, boolean training);
    }

    private record Node(String name, List<String> inputs, Join join) {}

    private final List<Node> nodes = new ArrayList<>();
    private final Network network;
    private final List<Tensor> parameters = new ArrayList<>();
    private final boolean channelsLast;

    /** @param channelsLast weights and activations in libtorch's channels_last format */
    TorchNetwork(Network network, boolean channelsLast) {
        this.network = network;
        this.channelsLast = channelsLast;
        for (Layer layer : network.layers()) {
            List<String> inputs = network.inputs().get(layer.name());
            String first = inputs.get(0);
            Shape in = first.equals(Network.INPUT)
                    ? network.input()
                    : network.outputShapes().get(first);
            nodes.add(new Node(layer.name(), inputs, join(layer, in)));
        }
    }

    TensorVector parameters() {
        return new TensorVector(parameters.toArray(Tensor[]::new));
    }

    /** @param pixels bytes, rows x height x width x channels */
    Tensor forward(Tensor pixels, boolean training) {
        Tensor x = pixels.permute(0, 3, 1, 2).to(ScalarType.Float);
        x = channelsLast ? x.contiguous(MemoryFormat.ChannelsLast) : x.contiguous();
        Map<String, Tensor> outputs = new HashMap<>(Map.of(Network.INPUT, x));
        for (Node node : nodes) {
            x = node.join().run(node.inputs().stream().map(outputs::get).toList(), training);
            outputs.put(node.name(), x);
        }
        return x.flatten(1, -1);
    }

    private Join join(Layer layer, Shape in) {
        if (layer instanceof Layer.Add) {
            return (inputs, training) -> inputs.get(0).add(inputs.get(1));
        } else if (layer instanceof Layer.Concat) {
            return (inputs, training) -> torch.cat(new TensorVector(inputs.toArray(Tensor[]::new)), 1);
        }
        Step step = step(layer, in);
        return (inputs, training) -> step.run(inputs.get(0), training);
    }

    private Tensor parameter(double scale, long... dimensions) {
        Tensor values = torch.randn(dimensions).mul(new Scalar(scale));
        if (channelsLast && dimensions.length == 4) {
            values = values.contiguous(MemoryFormat.ChannelsLast);
        }
        Tensor leaf = values.detach().set_requires_grad(true);
        parameters.add(leaf);
        return leaf;
    }

    private Step step(Layer layer, Shape in) {
        if (layer instanceof Layer.InputScale scale) {
            return (x, training) -> x.mul(new Scalar(scale.multiply())).add(new Scalar(scale.add()));
        } else if (layer instanceof Layer.Conv2d conv) {
            return convolution(conv, in);
        } else if (layer instanceof Layer.Dense dense) {
            Tensor weights = parameter(Math.sqrt(2.0 / in.size()), dense.units(), in.size());
            TensorOptional biases = new TensorOptional(parameter(0, dense.units()));
            return (x, training) -> torch.linear(x.flatten(1, -1), weights, biases);
        } else if (layer instanceof Layer.MaxPool pool) {
            long[] kernel = {pool.kernelHeight(), pool.kernelWidth()};
            long[] strides = {pool.strideHeight(), pool.strideWidth()};
            long[] pads = {pool.after(true, in), pool.after(false, in)};
            return (x, training) -> torch.max_pool2d(x, kernel, strides, pads, new long[] {1, 1}, false);
        } else if (layer instanceof Layer.GlobalAveragePool) {
            return (x, training) -> x.mean(2, 3);
        } else if (layer instanceof Layer.Lstm lstm) {
            return lstm(lstm, in);
        } else if (layer instanceof Layer.BatchNorm norm) {
            return batchNorm(norm, in);
        } else if (layer instanceof Layer.Activation activation) {
            return activation(activation);
        } else if (layer instanceof Layer.Dropout dropout) {
            return (x, training) -> torch.dropout(x, dropout.rate(), training);
        } else if (layer instanceof Layer.Flatten) {
            return (x, training) -> x.flatten(1, -1);
        }
        throw new IllegalArgumentException(layer + " is in no network of the comparison");
    }

    private Step convolution(Layer.Conv2d conv, Shape in) {
        double fanIn = (double) in.channels() / conv.groups() * conv.kernelHeight() * conv.kernelWidth();
        Tensor weights = parameter(
                Math.sqrt(2 / fanIn),
                conv.filters(),
                in.channels() / conv.groups(),
                conv.kernelHeight(),
                conv.kernelWidth());
        TensorOptional biases = conv.bias() ? new TensorOptional(parameter(0, conv.filters())) : new TensorOptional();
        long[] strides = {conv.strideHeight(), conv.strideWidth()};
        // libtorch pads both sides alike; where ours pads one pixel less before, the amount of work is the same.
        Padding padding = conv.padding();
        long[] pads = {
            padding.after(true, in.height(), conv.kernelHeight(), conv.strideHeight(), 1),
            padding.after(false, in.width(), conv.kernelWidth(), conv.strideWidth(), 1)
        };
        long[] dilations = {1, 1};
        return (x, training) -> torch.conv2d(x, weights, biases, strides, pads, dilations, conv.groups());
    }

    /** The last of its outputs over the frames of a sample. */
    private Step lstm(Layer.Lstm layer, Shape in) {
        long units = layer.units();
        double scale = 1 / Math.sqrt((double) units);
        Tensor weights = parameter(scale, 4 * units, in.size());
        Tensor recurrent = parameter(scale, 4 * units, units);
        TensorVector parts = new TensorVector(weights, recurrent, parameter(0, 4 * units), parameter(0, 4 * units));
        return (x, training) -> {
            Tensor frames = x.flatten(1, -1).view(-1, network.timeSteps(), in.size());
            Tensor zeros = torch.zeros(1, frames.size(0), units);
            return torch.lstm(frames, new TensorVector(zeros, zeros), parts, true, 1, 0, training, false, true)
                    .get0()
                    .select(1, network.timeSteps() - 1);
        };
    }

    private Step batchNorm(Layer.BatchNorm norm, Shape in) {
        Tensor gamma = torch.ones(in.channels()).set_requires_grad(true);
        Tensor beta = parameter(0, in.channels());
        parameters.add(gamma);
        TensorOptional mean = new TensorOptional(torch.zeros(in.channels()));
        TensorOptional variance = new TensorOptional(torch.ones(in.channels()));
        TensorOptional scale = new TensorOptional(gamma);
        TensorOptional shift = new TensorOptional(beta);
        return (x, training) ->
                torch.batch_norm(x, scale, shift, mean, variance, training, 1 - norm.momentum(), norm.epsilon(), false);
    }

    private static Step activation(Layer.Activation activation) {
        return switch (activation.function()) {
            case RELU -> (x, training) -> torch.relu(x);
            case RELU6 -> (x, training) -> torch.relu6(x);
            case LEAKY_RELU -> (x, training) -> torch.leaky_relu(x, new Scalar(activation.alpha()));
            case ELU -> (x, training) -> torch.elu(x);
            default -> throw new IllegalArgumentException(activation + " is in no network of the comparison");
        };
    }
}
