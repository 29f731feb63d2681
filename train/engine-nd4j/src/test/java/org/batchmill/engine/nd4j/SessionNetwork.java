package org.batchmill.engine.nd4j;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.batchmill.engine.nd4j.memory.Floats;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Padding;
import org.batchmill.train.network.Parameter;
import org.batchmill.train.network.Shape;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Pooling2DConfig;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A network in the usual way of SameDiff: its operations, its loss, its gradient function, its session. For convolutions, max
 * poolings, dense layers and activations, NCHW, mean squared error. What the engine's own graphs and schedules are compared with, in
 * numbers and in time.
 */
final class SessionNetwork {

    private final SameDiff graph = SameDiff.create();
    private final List<Parameter> parameters = new ArrayList<>();

    SessionNetwork(Network network, int rows) {
        Shape in = network.input();
        SDVariable x = graph.placeHolder("input", DataType.FLOAT, rows, in.channels(), in.height(), in.width());
        Map<String, SDVariable> variables = new HashMap<>();
        for (Parameter parameter : network.parameters()) {
            INDArray values = Nd4j.create(DataType.FLOAT, dimensions(parameter));
            // SameDiff's own layout of weights is [height][width][in][out]: its session refuses ours in the backward
            // pass.
            INDArray own = values.rank() == 4 ? values.permute(2, 3, 1, 0).dup('c') : values;
            variables.put(parameter.name(), graph.var(variable(parameter), own));
            parameters.add(parameter);
        }
        Shape shape = in;
        for (Layer layer : network.layers()) {
            x = add(layer, x, shape, rows, variables);
            shape = network.outputShapes().get(layer.name());
        }
        SDVariable targets = graph.placeHolder("targets", DataType.FLOAT, rows, shape.size());
        SDVariable error = x.sub(targets);
        error.mul(error).mean("loss");
        graph.setLossVariables("loss");
    }

    private SDVariable add(Layer layer, SDVariable x, Shape in, int rows, Map<String, SDVariable> variables) {
        SDVariable weights = variables.get(layer.name() + "/weights");
        SDVariable biases = variables.get(layer.name() + "/biases");
        if (layer instanceof Layer.InputScale scale) {
            return x.mul(scale.multiply()).add(scale.add());
        } else if (layer instanceof Layer.Conv2d conv) {
            return graph.cnn()
                    .conv2d(
                            x,
                            weights,
                            biases,
                            Conv2DConfig.builder()
                                    .kH(conv.kernelHeight())
                                    .kW(conv.kernelWidth())
                                    .sH(conv.strideHeight())
                                    .sW(conv.strideWidth())
                                    .paddingMode(mode(conv.padding()))
                                    .build());
        } else if (layer instanceof Layer.MaxPool pool) {
            return graph.cnn()
                    .maxPooling2d(
                            x,
                            Pooling2DConfig.builder()
                                    .kH(pool.kernelHeight())
                                    .kW(pool.kernelWidth())
                                    .sH(pool.strideHeight())
                                    .sW(pool.strideWidth())
                                    .paddingMode(mode(pool.padding()))
                                    .build());
        } else if (layer instanceof Layer.Dense) {
            SDVariable vectors = in.isVector() ? x : x.reshape(rows, in.size());
            return vectors.mmul(graph.transpose(weights)).add(biases);
        } else if (layer instanceof Layer.Activation activation) {
            return switch (activation.function()) {
                case RELU -> graph.nn().relu(x, 0);
                case LEAKY_RELU -> graph.nn().leakyRelu(x, activation.alpha());
                case ELU -> graph.nn().elu(x);
                case SIGMOID -> graph.nn().sigmoid(x);
                default -> x;
            };
        } else if (layer instanceof Layer.Flatten) {
            return x.reshape(rows, in.size());
        }
        return x;
    }

    private static PaddingMode mode(Padding padding) {
        return padding instanceof Padding.Same ? PaddingMode.SAME : PaddingMode.VALID;
    }

    private static long[] dimensions(Parameter parameter) {
        return parameter.dimensions().stream().mapToLong(Integer::longValue).toArray();
    }

    private static String variable(Parameter parameter) {
        return parameter.name().replace('/', '_');
    }

    void setParameter(Parameter parameter, float[] values) {
        INDArray given = Nd4j.create(values).reshape(dimensions(parameter));
        graph.getVariable(variable(parameter)).getArr().assign(given.rank() == 4 ? given.permute(2, 3, 1, 0) : given);
    }

    /** The gradients by parameter name, in our layouts. */
    Map<String, float[]> gradients(INDArray input, INDArray targets) {
        Map<String, INDArray> arrays = step(input, targets);
        Map<String, float[]> gradients = new HashMap<>();
        for (Parameter parameter : parameters) {
            INDArray own = arrays.get(variable(parameter));
            INDArray ours = own.rank() == 4 ? own.permute(3, 2, 0, 1) : own;
            gradients.put(parameter.name(), new Floats(ours.dup('c')).copy());
        }
        return gradients;
    }

    /** One forward and backward pass. */
    Map<String, INDArray> step(INDArray input, INDArray targets) {
        String[] names = parameters.stream().map(SessionNetwork::variable).toArray(String[]::new);
        return graph.calculateGradients(Map.of("input", input, "targets", targets), names);
    }
}
