package org.batchmill.engine.nd4j.layer;

import org.batchmill.engine.nd4j.plan.GraphOp;
import org.batchmill.engine.nd4j.plan.HostOp;
import org.batchmill.engine.nd4j.plan.NativeOp;
import org.batchmill.train.network.Layer;
import org.nd4j.autodiff.samediff.SDVariable;

/** Element-wise functions and softmax, ND4J's native ones. */
public final class Activations {

    private Activations() {}

    public static GraphOp of(Layer.Activation layer, long[] shape) {
        return switch (layer.function()) {
            // The sign of the output is the sign of the input: the input's memory is free for the output.
            case RELU -> byOutput("relu", "relu_bp", shape, 0);
            case RELU6 -> byOutput("relu6", "relu6_bp", shape, 0);
            case LEAKY_RELU ->
                layer.alpha() > 0
                        ? byOutput("lrelu", "lrelu_bp", shape, layer.alpha())
                        : byInput("lrelu", "lrelu_bp", shape, layer.alpha());
            case ELU -> byInput("elu", "elu_bp", shape, layer.alpha());
            case SIGMOID -> byInput("sigmoid", "sigmoid_bp", shape);
            case TANH -> byInput("tanh", "tanh_bp", shape);
            case LINEAR, SOFTMAX ->
                throw new IllegalArgumentException("not an element-wise function: " + layer.function());
        };
    }

    private static GraphOp byOutput(String name, String derivative, long[] shape, double... arguments) {
        return new NativeOp(name, shape)
                .reals(arguments)
                .inPlaceOf(0)
                .differentiatedBy((graph, inputs, outputs, gradients, needed) -> graph.add(
                        new NativeOp(derivative, shape).reals(arguments).inPlaceOf(1), outputs[0], gradients[0]));
    }

    private static GraphOp byInput(String name, String derivative, long[] shape, double... arguments) {
        return new NativeOp(name, shape)
                .reals(arguments)
                .differentiatedBy((graph, inputs, outputs, gradients, needed) -> graph.add(
                        new NativeOp(derivative, shape).reals(arguments).inPlaceOf(1), inputs[0], gradients[0]));
    }

    /** Over the features of each row of [rows][features]. */
    public static GraphOp softmax(long[] shape) {
        return new NativeOp("softmax", shape)
                .integers(1)
                .differentiatedBy((graph, inputs, outputs, gradients, needed) ->
                        new SDVariable[] {graph.add(softmaxGradient(shape), outputs[0], gradients[0])[0]});
    }

    /** dx = y (dy - sum of dy y). */
    private static HostOp softmaxGradient(long[] shape) {
        int features = (int) shape[1];
        return new HostOp(
                "host_softmax_bp",
                (in, out, state) -> state.workers().run((int) shape[0], row -> {
                    float[] y = new float[features];
                    float[] dy = new float[features];
                    in[0].read(row * features, y, features);
                    in[1].read(row * features, dy, features);
                    double sum = 0;
                    for (int i = 0; i < features; i++) {
                        sum += (double) dy[i] * y[i];
                    }
                    for (int i = 0; i < features; i++) {
                        y[i] = (float) (y[i] * (dy[i] - sum));
                    }
                    out[0].write(row * features, y, features);
                }),
                shape);
    }
}
