package org.batchmill.train.engine;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.batchmill.train.network.ActivationFunction;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Shape;
import org.batchmill.train.network.Windowed;

/**
 * Every layer's forward pass written straight from its definition, in double precision, one loop for each index: what engines are
 * checked by. Gradients come from it by differences, so no derivative is written down twice.
 */
final class ReferenceNetwork {

    private final Network network;
    private final Map<String, double[]> parameters;
    private final boolean training;
    private final long seed;
    private final Program.StepContext context;
    private final Map<String, double[]> outputs = new LinkedHashMap<>();
    private final Map<String, Shape> shapes;
    private double clearance;

    /** @param context null in inference */
    ReferenceNetwork(Network network, Map<String, double[]> parameters, long seed, Program.StepContext context) {
        this.network = network;
        this.parameters = parameters;
        this.training = context != null;
        this.seed = seed;
        this.context = context;
        this.shapes = network.outputShapes();
    }

    /** Values of {@code rows} rows, each in the order channels, height, width. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Values(Shape shape, int rows, double[] data) {
        double at(int row, int c, int y, int x) {
            return data[((row * shape.channels() + c) * shape.height() + y) * shape.width() + x];
        }

        Values like(double[] other) {
            return new Values(shape, rows, other);
        }

        Values map(java.util.function.IntToDoubleFunction function) {
            return like(IntStream.range(0, data.length).mapToDouble(function).toArray());
        }
    }

    /** @param input [rows][frames][channels][height][width] */
    double[] run(double[] input, int rows) {
        Map<String, Values> values = new HashMap<>();
        Values last = new Values(network.input(), rows * network.timeSteps(), input);
        values.put(Network.INPUT, last);
        outputs.clear();
        clearance = Double.POSITIVE_INFINITY;
        for (Layer layer : network.layers()) {
            List<Values> read =
                    network.inputs().get(layer.name()).stream().map(values::get).toList();
            last = layer.accept(new Outputs(read));
            values.put(layer.name(), last);
            outputs.put(layer.name(), last.data());
        }
        return last.data();
    }

    /** The output of each layer of the last run. */
    Map<String, double[]> outputs() {
        return outputs;
    }

    /**
     * How far the last run was from where a layer's slope jumps, relative to the largest value that the layer saw: an activation's bend, or
     * two values of a window as large as each other. Nearer than roundings of float32 an engine's gradient may rightly be the other side's.
     */
    double clearance() {
        return clearance;
    }

    private static double largest(Values values) {
        return Arrays.stream(values.data()).map(Math::abs).max().orElse(0);
    }

    /** A layer's outputs from its inputs. */
    private final class Outputs implements Layer.Visitor<Values> {
        private final List<Values> inputs;
        /** What goes into a layer with one input. */
        private final Values in;

        Outputs(List<Values> inputs) {
            this.inputs = inputs;
            this.in = inputs.get(0);
        }

        @Override
        public Values inputScale(Layer.InputScale layer) {
            return in.map(i -> in.data()[i] * layer.multiply() + layer.add());
        }

        @Override
        public Values conv2d(Layer.Conv2d layer) {
            return convolution(layer, in);
        }

        @Override
        public Values maxPool(Layer.MaxPool layer) {
            Window window = new Window(layer);
            double scale = largest(in);
            each(layer, in, (row, channel, oy, ox) -> {
                clearance = Math.min(clearance, window.lead(in, row, channel, oy, ox) / scale);
                return 0;
            });
            return pool(layer, in, window, true);
        }

        @Override
        public Values averagePool(Layer.AveragePool layer) {
            Window window = new Window(layer);
            return pool(layer, in, window, false);
        }

        @Override
        public Values dense(Layer.Dense layer) {
            return ReferenceNetwork.dense(in, layer.units(), parameter(layer, "weights"), parameter(layer, "biases"));
        }

        @Override
        public Values batchNorm(Layer.BatchNorm layer) {
            return ReferenceNetwork.this.batchNorm(layer, in);
        }

        @Override
        public Values localResponseNorm(Layer.LocalResponseNorm layer) {
            return responseNorm(layer, in);
        }

        @Override
        public Values dropout(Layer.Dropout layer) {
            if (!training) {
                return in;
            }
            float[] mask = new float[in.data().length];
            random(layer).dropoutMask(0, mask, layer.rate());
            return in.map(i -> in.data()[i] * mask[i]);
        }

        @Override
        public Values gaussianNoise(Layer.GaussianNoise layer) {
            if (!training) {
                return in;
            }
            float[] noise = new float[in.data().length];
            random(layer).noise(0, noise, layer.standardDeviation());
            return in.map(i -> in.data()[i] + noise[i]);
        }

        @Override
        public Values activation(Layer.Activation layer) {
            if (layer.function() == ActivationFunction.SOFTMAX) {
                return softmax(in);
            }
            double scale = largest(in);
            for (double bend : bends(layer.function())) {
                for (double value : in.data()) {
                    // What lies there exactly was cut off before, and has no slope.
                    clearance = value == bend ? clearance : Math.min(clearance, Math.abs(value - bend) / scale);
                }
            }
            return in.map(i -> ReferenceNetwork.activation(layer, in.data()[i]));
        }

        @Override
        public Values transposedConv2d(Layer.TransposedConv2d layer) {
            return transposed(layer, in);
        }

        @Override
        public Values locallyConnected2d(Layer.LocallyConnected2d layer) {
            return local(layer, in);
        }

        @Override
        public Values upsample(Layer.Upsample layer) {
            return upsampled(layer, in);
        }

        @Override
        public Values globalAveragePool(Layer.GlobalAveragePool layer) {
            Shape from = in.shape();
            return each(layer, in, (row, channel, y, x) -> {
                double sum = 0;
                for (int i = 0; i < from.height() * from.width(); i++) {
                    sum += in.at(row, channel, i / from.width(), i % from.width());
                }
                return sum / (from.height() * from.width());
            });
        }

        @Override
        public Values add(Layer.Add layer) {
            return in.map(
                    i -> inputs.stream().mapToDouble(each -> each.data()[i]).sum());
        }

        @Override
        public Values concat(Layer.Concat layer) {
            return each(layer, in, (row, channel, y, x) -> {
                int c = channel;
                int k = 0;
                while (c >= inputs.get(k).shape().channels()) {
                    c -= inputs.get(k).shape().channels();
                    k++;
                }
                return inputs.get(k).at(row, c, y, x);
            });
        }

        @Override
        public Values channelScale(Layer.ChannelScale layer) {
            double[] gamma = parameter(layer, "gamma");
            double[] beta = parameter(layer, "beta");
            return each(
                    layer,
                    in,
                    (row, channel, y, x) ->
                            gamma[channel] * in.at(row, channel, y, x) + (beta == null ? 0 : beta[channel]));
        }

        @Override
        public Values lengths(Layer.Lengths layer) {
            int steps = network.timeSteps();
            int size = in.shape().size();
            double[] lengths = new double[in.rows() / steps];
            for (int row = 0; row < lengths.length; row++) {
                for (int t = 0; t < steps; t++) {
                    for (int i = 0; i < size; i++) {
                        if ((float) in.data()[(row * steps + t) * size + i] != layer.padding()) {
                            lengths[row] = t + 1;
                        }
                    }
                }
            }
            return new Values(Shape.vector(1), lengths.length, lengths);
        }

        @Override
        public Values lstm(Layer.Lstm layer) {
            return joined(ReferenceNetwork.this.lstm(layer, in), layer.sequences());
        }

        @Override
        public Values gru(Layer.Gru layer) {
            return joined(ReferenceNetwork.this.gru(layer, in), layer.sequences());
        }

        /** Of the outputs of all frames, what goes on. */
        private Values joined(Values all, boolean sequences) {
            int steps = network.timeSteps();
            int units = all.shape().size();
            int samples = all.rows() / steps;
            double[] out = new double[sequences ? all.data().length : samples * units];
            for (int row = 0; row < samples; row++) {
                int length = inputs.size() > 1 ? (int) inputs.get(1).data()[row] : steps;
                for (int t = 0; t < length; t++) {
                    for (int u = 0; u < units; u++) {
                        double value = all.data()[(row * steps + t) * units + u];
                        // Without sequences the last one written stays.
                        out[(sequences ? row * steps + t : row) * units + u] = value;
                    }
                }
            }
            return new Values(all.shape(), sequences ? all.rows() : samples, out);
        }

        @Override
        public Values flatten(Layer.Flatten layer) {
            return reshaped(layer);
        }

        @Override
        public Values reshape(Layer.Reshape layer) {
            return reshaped(layer);
        }

        private Values reshaped(Layer layer) {
            return new Values(shapes.get(layer.name()), in.rows(), in.data());
        }

        private StepRandom random(Layer layer) {
            return new StepRandom(seed, context.step(), context.microStep(), layer.name());
        }
    }

    private record Window(Windowed layer) {
        int y(Shape in, int out, int k) {
            return out * layer.strideHeight() - layer.before(true, in) + k * layer.dilationHeight();
        }

        int x(Shape in, int out, int k) {
            return out * layer.strideWidth() - layer.before(false, in) + k * layer.dilationWidth();
        }

        /** By how much the largest value leads; values cut off at the same bend have no slope, whichever of them it is. */
        double lead(Values in, int row, int channel, int oy, int ox) {
            double first = Double.NEGATIVE_INFINITY;
            double second = Double.NEGATIVE_INFINITY;
            for (int k = 0; k < layer.kernelHeight() * layer.kernelWidth(); k++) {
                int y = y(in.shape(), oy, k / layer.kernelWidth());
                int x = x(in.shape(), ox, k % layer.kernelWidth());
                if (inside(in.shape(), y, x)) {
                    double value = in.at(row, channel, y, x);
                    second = Math.max(second, Math.min(first, value));
                    first = Math.max(first, value);
                }
            }
            return first == second ? Double.POSITIVE_INFINITY : first - second;
        }
    }

    private Values convolution(Layer.Conv2d layer, Values in) {
        Window window = new Window(layer);
        double[] weights = parameter(layer, "weights");
        double[] biases = parameter(layer, "biases");
        Shape from = in.shape();
        int channels = from.channels() / layer.groups();
        int filters = layer.filters() / layer.groups();
        return each(layer, in, (row, filter, oy, ox) -> {
            double sum = biases == null ? 0 : biases[filter];
            int first = filter / filters * channels;
            for (int ky = 0; ky < layer.kernelHeight(); ky++) {
                for (int kx = 0; kx < layer.kernelWidth(); kx++) {
                    int y = window.y(from, oy, ky);
                    int x = window.x(from, ox, kx);
                    for (int c = 0; c < channels && inside(from, y, x); c++) {
                        int w = ((filter * channels + c) * layer.kernelHeight() + ky) * layer.kernelWidth() + kx;
                        sum += weights[w] * in.at(row, first + c, y, x);
                    }
                }
            }
            return sum;
        });
    }

    private Values transposed(Layer.TransposedConv2d layer, Values in) {
        double[] weights = parameter(layer, "weights");
        double[] biases = parameter(layer, "biases");
        Shape from = in.shape();
        Shape to = shapes.get(layer.name());
        return each(layer, in, (row, filter, oy, ox) -> {
            double sum = biases == null ? 0 : biases[filter];
            for (int ky = 0; ky < layer.kernelHeight(); ky++) {
                for (int kx = 0; kx < layer.kernelWidth(); kx++) {
                    int y = oy + layer.before(true, to) - ky;
                    int x = ox + layer.before(false, to) - kx;
                    if (y % layer.strideHeight() != 0 || x % layer.strideWidth() != 0) {
                        continue;
                    }
                    y /= layer.strideHeight();
                    x /= layer.strideWidth();
                    for (int c = 0; c < from.channels() && inside(from, y, x); c++) {
                        int w = ((c * layer.filters() + filter) * layer.kernelHeight() + ky) * layer.kernelWidth() + kx;
                        sum += weights[w] * in.at(row, c, y, x);
                    }
                }
            }
            return sum;
        });
    }

    private Values local(Layer.LocallyConnected2d layer, Values in) {
        Window window = new Window(layer);
        double[] weights = parameter(layer, "weights");
        double[] biases = parameter(layer, "biases");
        Shape from = in.shape();
        Shape to = shapes.get(layer.name());
        return each(layer, in, (row, filter, oy, ox) -> {
            double sum = biases == null ? 0 : biases[(filter * to.height() + oy) * to.width() + ox];
            int kernel = (oy * to.width() + ox) * layer.filters() + filter;
            for (int ky = 0; ky < layer.kernelHeight(); ky++) {
                for (int kx = 0; kx < layer.kernelWidth(); kx++) {
                    int y = window.y(from, oy, ky);
                    int x = window.x(from, ox, kx);
                    for (int c = 0; c < from.channels() && inside(from, y, x); c++) {
                        int w = ((kernel * from.channels() + c) * layer.kernelHeight() + ky) * layer.kernelWidth() + kx;
                        sum += weights[w] * in.at(row, c, y, x);
                    }
                }
            }
            return sum;
        });
    }

    private Values upsampled(Layer.Upsample layer, Values in) {
        Shape from = in.shape();
        if (layer.mode() == Layer.Upsample.Mode.NEAREST) {
            return each(layer, in, (row, c, y, x) -> in.at(row, c, y / layer.factorHeight(), x / layer.factorWidth()));
        }
        return each(layer, in, (row, channel, oy, ox) -> {
            double y = Math.max(0, Math.min(from.height() - 1, (oy + .5) / layer.factorHeight() - .5));
            double x = Math.max(0, Math.min(from.width() - 1, (ox + .5) / layer.factorWidth() - .5));
            int top = (int) y;
            int left = (int) x;
            int bottom = Math.min(from.height() - 1, top + 1);
            int right = Math.min(from.width() - 1, left + 1);
            double above =
                    in.at(row, channel, top, left) * (1 - (x - left)) + in.at(row, channel, top, right) * (x - left);
            double below = in.at(row, channel, bottom, left) * (1 - (x - left))
                    + in.at(row, channel, bottom, right) * (x - left);
            return above * (1 - (y - top)) + below * (y - top);
        });
    }

    private Values pool(Layer layer, Values in, Window window, boolean largest) {
        Shape from = in.shape();
        return each(layer, in, (row, channel, oy, ox) -> {
            double max = Double.NEGATIVE_INFINITY;
            double sum = 0;
            int count = 0;
            for (int ky = 0; ky < window.layer().kernelHeight(); ky++) {
                for (int kx = 0; kx < window.layer().kernelWidth(); kx++) {
                    int y = window.y(from, oy, ky);
                    int x = window.x(from, ox, kx);
                    if (inside(from, y, x)) {
                        max = Math.max(max, in.at(row, channel, y, x));
                        sum += in.at(row, channel, y, x);
                        count++;
                    }
                }
            }
            return largest ? max : sum / count;
        });
    }

    private static boolean inside(Shape shape, int y, int x) {
        return y >= 0 && y < shape.height() && x >= 0 && x < shape.width();
    }

    private interface Cell {
        double value(int row, int channel, int y, int x);
    }

    private Values each(Layer layer, Values in, Cell cell) {
        Shape shape = shapes.get(layer.name());
        double[] out = new double[in.rows() * shape.size()];
        for (int i = 0; i < out.length; i++) {
            int x = i % shape.width();
            int y = i / shape.width() % shape.height();
            int c = i / (shape.width() * shape.height()) % shape.channels();
            out[i] = cell.value(i / shape.size(), c, y, x);
        }
        return new Values(shape, in.rows(), out);
    }

    private static Values dense(Values in, int units, double[] weights, double[] biases) {
        int size = in.shape().size();
        double[] out = new double[in.rows() * units];
        for (int i = 0; i < out.length; i++) {
            double sum = biases == null ? 0 : biases[i % units];
            for (int k = 0; k < size; k++) {
                sum += weights[i % units * size + k] * in.data()[i / units * size + k];
            }
            out[i] = sum;
        }
        return new Values(Shape.vector(units), in.rows(), out);
    }

    private Values batchNorm(Layer.BatchNorm layer, Values in) {
        double[] gamma = parameter(layer, "gamma");
        double[] beta = parameter(layer, "beta");
        int plane = in.shape().height() * in.shape().width();
        int channels = in.shape().channels();
        double[] out = new double[in.data().length];
        for (int c = 0; c < channels; c++) {
            int channel = c;
            int[] own = IntStream.range(0, out.length)
                    .filter(i -> i / plane % channels == channel)
                    .toArray();
            double mean = parameter(layer, "mean")[c];
            double variance = parameter(layer, "variance")[c];
            boolean darknet = layer.rule() == Layer.BatchNorm.Rule.DARKNET;
            if (training) {
                double m = IntStream.of(own)
                        .mapToDouble(i -> in.data()[i])
                        .average()
                        .orElseThrow();
                double squares = IntStream.of(own)
                        .mapToDouble(i -> (in.data()[i] - m) * (in.data()[i] - m))
                        .sum();
                mean = m;
                variance = squares / (darknet ? own.length - 1 : own.length);
            }
            double deviation = darknet ? Math.sqrt(variance) + 1e-6 : Math.sqrt(variance + layer.epsilon());
            for (int i : own) {
                out[i] = gamma[c] * (in.data()[i] - mean) / deviation + beta[c];
            }
        }
        return in.like(out);
    }

    private static Values responseNorm(Layer.LocalResponseNorm layer, Values in) {
        int plane = in.shape().height() * in.shape().width();
        int channels = in.shape().channels();
        return in.map(i -> {
            int c = i / plane % channels;
            double sum = 0;
            for (int k = c - layer.size() / 2; k < c - layer.size() / 2 + layer.size(); k++) {
                if (k >= 0 && k < channels) {
                    double value = in.data()[i + (k - c) * plane];
                    sum += value * value;
                }
            }
            return in.data()[i] / Math.pow(layer.bias() + layer.alpha() / layer.size() * sum, layer.beta());
        });
    }

    private static double activation(Layer.Activation layer, double x) {
        return switch (layer.function()) {
            case LINEAR -> x;
            case RELU -> Math.max(0, x);
            case RELU6 -> Math.max(0, Math.min(6, x));
            case LEAKY_RELU -> x > 0 ? x : layer.alpha() * x;
            case ELU -> x > 0 ? x : layer.alpha() * Math.expm1(x);
            case SIGMOID -> 1 / (1 + Math.exp(-x));
            case TANH -> Math.tanh(x);
            case SOFTMAX -> throw new IllegalArgumentException("not element-wise");
        };
    }

    /** Where the slope of an activation jumps. */
    private static double[] bends(ActivationFunction function) {
        return switch (function) {
            case RELU, LEAKY_RELU, ELU -> new double[] {0};
            case RELU6 -> new double[] {0, 6};
            case LINEAR, SIGMOID, TANH, SOFTMAX -> new double[0];
        };
    }

    private static Values softmax(Values in) {
        int size = in.shape().size();
        return in.map(i -> {
            double sum = 0;
            for (int k = 0; k < size; k++) {
                sum += Math.exp(in.data()[i / size * size + k]);
            }
            return Math.exp(in.data()[i]) / sum;
        });
    }

    private Values lstm(Layer.Lstm layer, Values in) {
        int units = layer.units();
        int steps = network.timeSteps();
        Values products = dense(in, 4 * units, parameter(layer, "weights"), parameter(layer, "biases"));
        double[] recurrent = parameter(layer, "recurrent");
        int rows = in.rows() / steps;
        double[] out = new double[in.rows() * units];
        for (int row = 0; row < rows; row++) {
            double[] cell = new double[units];
            double[] output = new double[units];
            for (int t = 0; t < steps; t++) {
                double[] gates = new double[4 * units];
                for (int g = 0; g < gates.length; g++) {
                    gates[g] = products.data()[(row * steps + t) * gates.length + g];
                    for (int u = 0; u < units; u++) {
                        gates[g] += recurrent[g * units + u] * output[u];
                    }
                    gates[g] = g / units == 2 ? Math.tanh(gates[g]) : 1 / (1 + Math.exp(-gates[g]));
                }
                for (int u = 0; u < units; u++) {
                    cell[u] = gates[units + u] * cell[u] + gates[u] * gates[2 * units + u];
                    output[u] = gates[3 * units + u] * Math.tanh(cell[u]);
                }
                System.arraycopy(output, 0, out, (row * steps + t) * units, units);
            }
        }
        return new Values(Shape.vector(units), in.rows(), out);
    }

    private Values gru(Layer.Gru layer, Values in) {
        int units = layer.units();
        int steps = network.timeSteps();
        double[] biases = parameter(layer, "biases");
        Values products = dense(in, 3 * units, parameter(layer, "weights"), biases);
        double[] recurrent = parameter(layer, "recurrent");
        double[] out = new double[in.rows() * units];
        for (int frame = 0; frame < in.rows(); frame++) {
            double[] before = new double[units];
            if (frame % steps > 0) {
                System.arraycopy(out, (frame - 1) * units, before, 0, units);
            }
            for (int u = 0; u < units; u++) {
                double[] states = new double[3];
                for (int gate = 0; gate < 3; gate++) {
                    for (int k = 0; k < units; k++) {
                        states[gate] += recurrent[(gate * units + u) * units + k] * before[k];
                    }
                }
                int at = frame * 3 * units + u;
                double update = 1 / (1 + Math.exp(-products.data()[at] - states[0]));
                double reset = 1 / (1 + Math.exp(-products.data()[at + units] - states[1]));
                double candidate =
                        Math.tanh(products.data()[at + 2 * units] + reset * (states[2] + biases[3 * units + u]));
                out[frame * units + u] = update * before[u] + (1 - update) * candidate;
            }
        }
        return new Values(Shape.vector(units), in.rows(), out);
    }

    private double[] parameter(Layer layer, String name) {
        return parameters.get(layer.name() + "/" + name);
    }
}
