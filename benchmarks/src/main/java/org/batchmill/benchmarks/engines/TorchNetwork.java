package org.batchmill.benchmarks.engines;

import java.util.ArrayList;
import java.util.List;
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

    /** One layer; {@code training} as in libtorch. */
    private interface Step {
        Tensor run(Tensor x, boolean training);
    }

    private final List<Step> steps = new ArrayList<>();
    private final List<Tensor> parameters = new ArrayList<>();
    private final boolean channelsLast;

    /** @param channelsLast weights and activations in libtorch's channels_last format */
    TorchNetwork(Network network, boolean channelsLast) {
        this.channelsLast = channelsLast;
        Shape shape = network.input();
        for (Layer layer : network.layers()) {
            steps.add(step(layer, shape));
            shape = network.outputShapes().get(layer.name());
        }
    }

    TensorVector parameters() {
        return new TensorVector(parameters.toArray(Tensor[]::new));
    }

    /** @param pixels bytes, rows x height x width x channels */
    Tensor forward(Tensor pixels, boolean training) {
        Tensor x = pixels.permute(0, 3, 1, 2).to(ScalarType.Float);
        x = channelsLast ? x.contiguous(MemoryFormat.ChannelsLast) : x.contiguous();
        for (Step step : steps) {
            x = step.run(x, training);
        }
        return x.flatten(1, -1);
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
            return (x, training) -> torch.max_pool2d(x, kernel, strides, new long[] {0, 0}, new long[] {1, 1}, false);
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
        double fanIn = (double) in.channels() * conv.kernelHeight() * conv.kernelWidth();
        Tensor weights =
                parameter(Math.sqrt(2 / fanIn), conv.filters(), in.channels(), conv.kernelHeight(), conv.kernelWidth());
        TensorOptional biases = conv.bias() ? new TensorOptional(parameter(0, conv.filters())) : new TensorOptional();
        long[] strides = {conv.strideHeight(), conv.strideWidth()};
        // libtorch pads both sides alike; where ours pads one pixel less before, the amount of work is the same.
        Padding padding = conv.padding();
        long[] pads = {
            padding.after(true, in.height(), conv.kernelHeight(), conv.strideHeight(), 1),
            padding.after(false, in.width(), conv.kernelWidth(), conv.strideWidth(), 1)
        };
        long[] dilations = {1, 1};
        return (x, training) -> torch.conv2d(x, weights, biases, strides, pads, dilations, 1);
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
            case LEAKY_RELU -> (x, training) -> torch.leaky_relu(x, new Scalar(activation.alpha()));
            case ELU -> (x, training) -> torch.elu(x);
            default -> throw new IllegalArgumentException(activation + " is in no network of the comparison");
        };
    }
}
