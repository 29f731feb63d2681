package org.batchmill.train.models;

import org.batchmill.train.network.ActivationFunction;
import org.batchmill.train.network.Initializer;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.NetworkBuilder;
import org.batchmill.train.network.Padding;
import org.batchmill.train.network.Shape;

/** Layers of networks that branch, one behind the other until {@link #from} goes back. */
final class Blocks {

    private final NetworkBuilder network;
    private String last = Network.INPUT;

    /** Begins with bytes brought to -1 to 1. */
    Blocks(String name, Shape input) {
        network = Network.builder(name, input);
        add(new Layer.InputScale("scale", 2 / 255f, -1));
    }

    /** The name of what was added last, or gone back to. */
    String last() {
        return last;
    }

    /** What is added next reads this layer. */
    Blocks from(String layer) {
        last = layer;
        return this;
    }

    Blocks add(Layer layer) {
        return join(layer, last);
    }

    Blocks join(Layer layer, String... inputs) {
        network.add(layer, inputs);
        last = layer.name();
        return this;
    }

    Blocks activation(String name, ActivationFunction function) {
        return add(new Layer.Activation(name, function, 0));
    }

    Blocks relu(String name) {
        return activation(name, ActivationFunction.RELU);
    }

    /** With biases and a relu called {@code name-relu}. */
    Blocks convRelu(String name, int filters, int kernel, int stride, Padding padding) {
        return add(Layer.Conv2d.square(name, filters, kernel, stride, padding, true))
                .relu(name + "-relu");
    }

    /** With a batch norm called {@code name-norm}. */
    Blocks convNorm(Layer.Conv2d conv) {
        // The rolling values of a torch's momentum of .1.
        return add(conv).add(new Layer.BatchNorm(conv.name() + "-norm", .9f, 1e-5f, Layer.BatchNorm.Rule.STANDARD));
    }

    Network classes(String name, int count) {
        return network.add(new Layer.Dense(name, count, true, Initializer.GLOROT_UNIFORM, Initializer.ZEROS), last)
                .build();
    }

    /** What ends with the classes already. */
    Network build() {
        return network.build();
    }
}
