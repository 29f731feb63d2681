package org.batchmill.engine.torch;

import java.util.List;
import java.util.function.UnaryOperator;
import org.batchmill.engine.torch.device.Tensors;
import org.batchmill.engine.torch.layer.Normalization;
import org.batchmill.engine.torch.layer.Randomness;
import org.batchmill.engine.torch.layer.Recurrence;
import org.batchmill.engine.torch.layer.Windows;
import org.batchmill.engine.torch.memory.Constants;
import org.batchmill.engine.torch.memory.Layouts;
import org.batchmill.engine.torch.memory.Parameters;
import org.batchmill.engine.torch.plan.Operation;
import org.batchmill.engine.torch.plan.Pass;
import org.batchmill.engine.torch.plan.Simple;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.host.Handles;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Shape;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Makes a layer an operation.
 *
 * @param in  the shapes that go in
 * @param out the shape that comes out
 * @param mayOverwrite whether nobody else needs what goes in
 */
record NetworkCompiler(
        ProgramSpec spec,
        Parameters parameters,
        boolean channelsLast,
        Handles<Pointer> handles,
        List<Shape> in,
        Shape out,
        boolean mayOverwrite)
        implements Layer.Visitor<Operation> {

    private Windows windows() {
        return new Windows(parameters, channelsLast, handles);
    }

    private Tensor parameter(Layer layer, String name) {
        return parameters.get(layer.name() + "/" + name).value;
    }

    private Tensor image(Tensor x) {
        return Layouts.image(x, in.get(0), channelsLast);
    }

    private static Simple simple(String describe, UnaryOperator<Tensor> function) {
        return new Simple(describe, inputs -> function.apply(inputs.get(0)));
    }

    /** Takes the second function, which overwrites its input, where that may be. */
    private Operation overwriting(String describe, UnaryOperator<Tensor> apart, UnaryOperator<Tensor> inPlace) {
        return mayOverwrite ? new Overwriting(describe, apart, inPlace) : simple(describe, apart);
    }

    private record Overwriting(String describe, UnaryOperator<Tensor> apart, UnaryOperator<Tensor> inPlace)
            implements Operation {
        @Override
        public Tensor forward(Pass pass, List<Tensor> inputs) {
            return (pass.inPlace() ? inPlace : apart).apply(inputs.get(0));
        }
    }

    @Override
    public Operation inputScale(Layer.InputScale layer) {
        Scalar multiply = handles.keep(new Scalar(layer.multiply()));
        Scalar add = handles.keep(new Scalar(layer.add()));
        return overwriting(
                "scale", x -> x.mul(multiply).add_(add), x -> x.mul_(multiply).add_(add));
    }

    @Override
    public Operation conv2d(Layer.Conv2d layer) {
        return windows().convolution(layer, in.get(0));
    }

    @Override
    public Operation transposedConv2d(Layer.TransposedConv2d layer) {
        return windows().transposedConvolution(layer, in.get(0), out);
    }

    @Override
    public Operation locallyConnected2d(Layer.LocallyConnected2d layer) {
        return windows().locallyConnected(layer, in.get(0), out);
    }

    @Override
    public Operation upsample(Layer.Upsample layer) {
        return windows().upsample(layer, in.get(0), out);
    }

    @Override
    public Operation globalAveragePool(Layer.GlobalAveragePool layer) {
        return windows().globalAveragePool(in.get(0));
    }

    @Override
    public Operation maxPool(Layer.MaxPool layer) {
        return windows().maxPool(layer, in.get(0));
    }

    @Override
    public Operation averagePool(Layer.AveragePool layer) {
        return windows().averagePool(layer, in.get(0));
    }

    @Override
    public Operation dense(Layer.Dense layer) {
        Tensor weights = parameter(layer, "weights");
        TensorOptional biases =
                handles.keep(layer.bias() ? new TensorOptional(parameter(layer, "biases")) : new TensorOptional());
        return simple("linear", x -> torch.linear(Layouts.vector(x), weights, biases))
                .byInput();
    }

    @Override
    public Operation batchNorm(Layer.BatchNorm layer) {
        return new Normalization(layer, parameters, spec.rate(layer.name()) == 0, spec.syncBatchNorm(), handles);
    }

    @Override
    public Operation localResponseNorm(Layer.LocalResponseNorm layer) {
        int below = layer.size() / 2;
        int above = layer.size() - 1 - below;
        int channels = in.get(0).channels();
        Scalar share = handles.keep(new Scalar((double) layer.alpha() / layer.size()));
        Scalar bias = handles.keep(new Scalar(layer.bias()));
        Scalar power = handles.keep(new Scalar(-layer.beta()));
        return simple("response norm", input -> {
            // Powers and sums of squares want all the digits.
            Tensor x = image(input).to(ScalarType.Float);
            Tensor squares = torch.constant_pad_nd(x.square(), new long[] {0, 0, 0, 0, below, above}, Constants.ZERO);
            Tensor sum = squares.narrow(1, 0, channels);
            for (int i = 1; i < layer.size(); i++) {
                sum = sum.add(squares.narrow(1, i, channels));
            }
            return x.mul(sum.mul(share).add(bias).pow(power));
        });
    }

    @Override
    public Operation dropout(Layer.Dropout layer) {
        return new Randomness.Dropout(layer, in.get(0));
    }

    @Override
    public Operation gaussianNoise(Layer.GaussianNoise layer) {
        return new Randomness.Noise(layer, in.get(0));
    }

    @Override
    public Operation activation(Layer.Activation layer) {
        Scalar alpha = handles.keep(new Scalar(layer.alpha()));
        return switch (layer.function()) {
            case LINEAR -> simple("linear", x -> x);
            case RELU -> overwriting("relu", torch::relu, torch::relu_);
            case RELU6 ->
                overwriting(
                        "relu6",
                        x -> torch.hardtanh(x, Constants.ZERO, Constants.SIX),
                        x -> torch.hardtanh_(x, Constants.ZERO, Constants.SIX));
            case LEAKY_RELU ->
                // The derivative is taken from what comes out, whose sign is only then that of what went in.
                layer.alpha() >= 0
                        ? overwriting("leaky_relu", x -> torch.leaky_relu(x, alpha), x -> torch.leaky_relu_(x, alpha))
                        : simple("leaky_relu", x -> torch.leaky_relu(x, alpha));
            case ELU -> simple("elu", x -> torch.elu(x, alpha, Constants.ONE, Constants.ONE));
            case SIGMOID -> simple("sigmoid", torch::sigmoid);
            case TANH -> simple("tanh", Tensor::tanh);
            case SOFTMAX -> simple("softmax", x -> Layouts.vector(x).softmax(1));
        };
    }

    @Override
    public Operation add(Layer.Add layer) {
        return new Simple("sum of " + in.size(), inputs -> {
                    List<Tensor> alike = alike(inputs);
                    Tensor sum = alike.get(0);
                    for (Tensor other : alike.subList(1, alike.size())) {
                        sum = sum.add(other);
                    }
                    return sum;
                })
                .byInput();
    }

    /** As they are, if all are images or all are vectors; else as vectors. */
    private static List<Tensor> alike(List<Tensor> inputs) {
        long axes = inputs.get(0).dim();
        return inputs.stream().allMatch(input -> input.dim() == axes)
                ? inputs
                : inputs.stream().map(Layouts::vector).toList();
    }

    @Override
    public Operation concat(Layer.Concat layer) {
        boolean vectors = out.isVector();
        return new Simple("concatenation of " + in.size(), inputs -> {
            Tensor[] parts = new Tensor[inputs.size()];
            for (int i = 0; i < parts.length; i++) {
                parts[i] =
                        vectors ? Layouts.vector(inputs.get(i)) : Layouts.image(inputs.get(i), in.get(i), channelsLast);
            }
            return torch.cat(new TensorVector(parts), 1);
        });
    }

    @Override
    public Operation channelScale(Layer.ChannelScale layer) {
        Tensor gamma = parameter(layer, "gamma");
        Tensor beta = layer.shift() ? parameter(layer, "beta") : null;
        return simple("scale of each channel", x -> {
            Tensor scaled = x.mul(Layouts.perChannel(gamma, x));
            return beta == null ? scaled : scaled.add(Layouts.perChannel(beta, x));
        });
    }

    @Override
    public Operation lengths(Layer.Lengths layer) {
        int steps = spec.network().timeSteps();
        Scalar padding = handles.keep(new Scalar(layer.padding()));
        return new Lengths(steps, padding);
    }

    /** The number of the last frame that is not all padding. */
    private record Lengths(int steps, Scalar padding) implements Operation {
        @Override
        public Tensor forward(Pass pass, List<Tensor> inputs) {
            Tensor filled = Layouts.vector(inputs.get(0).detach()).ne(padding).any(1);
            Tensor numbers =
                    Tensors.numbers(pass.device(), ScalarType.Float, steps).add(Constants.ONE);
            return filled.view(pass.rows(), steps)
                    .to(ScalarType.Float)
                    .mul(numbers)
                    .amax(new long[] {1}, true);
        }

        @Override
        public String describe() {
            return "lengths";
        }
    }

    @Override
    public Operation lstm(Layer.Lstm layer) {
        return Recurrence.of(layer, spec.network().timeSteps(), parameters);
    }

    @Override
    public Operation gru(Layer.Gru layer) {
        return Recurrence.of(layer, spec.network().timeSteps(), parameters);
    }

    @Override
    public Operation flatten(Layer.Flatten layer) {
        return simple("flatten", Layouts::vector);
    }

    @Override
    public Operation reshape(Layer.Reshape layer) {
        return simple("reshape", x -> {
            Tensor vector = Layouts.vector(x);
            if (out.isVector()) {
                return vector;
            }
            Tensor shaped = vector.reshape(-1, out.channels(), out.height(), out.width());
            return channelsLast ? shaped.contiguous(MemoryFormat.ChannelsLast) : shaped;
        });
    }
}
