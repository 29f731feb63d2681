package org.batchmill.train.models;

import org.batchmill.train.network.ActivationFunction;
import org.batchmill.train.network.Initializer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Padding;
import org.batchmill.train.network.Shape;

/** Classifiers of 28 x 28 grey images, which end in logits. */
final class DigitModels {

    private static final Shape INPUT = new Shape(1, 28, 28);

    private DigitModels() {}

    /** Softmax regression. */
    static Network softmax(ModelOptions options) {
        return bytes().flatten()
                .dense(options.classes(), Initializer.GLOROT_UNIFORM)
                .build("digits-softmax", INPUT);
    }

    /** Two hidden layers of 256 sigmoid units. */
    static Network fullyConnected(ModelOptions options) {
        return bytes().flatten()
                .dense(256, Initializer.GLOROT_UNIFORM)
                .activation(ActivationFunction.SIGMOID, 0)
                .dense(256, Initializer.GLOROT_UNIFORM)
                .activation(ActivationFunction.SIGMOID, 0)
                .dense(options.classes(), Initializer.GLOROT_UNIFORM)
                .build("digits-fc", INPUT);
    }

    /** Two 5x5 convolutions of 32 and 64 filters, a dense layer of 1024 units, dropout. */
    static Network convolutional(ModelOptions options) {
        return head(
                bytes().conv(32, 5, 1, Padding.same(), true)
                        .relu()
                        .pool()
                        .conv(64, 5, 1, Padding.same(), true)
                        .relu()
                        .pool(),
                options,
                "digits-cnn");
    }

    /** With batch norm between each convolution and its activation. */
    static Network convolutionalBatchNorm(ModelOptions options) {
        return head(
                bytes().conv(32, 5, 1, Padding.same(), false)
                        .batchNorm(options.batchNormRule(), .9f)
                        .relu()
                        .pool()
                        .conv(64, 5, 1, Padding.same(), false)
                        .batchNorm(options.batchNormRule(), .9f)
                        .relu()
                        .pool(),
                options,
                "digits-cnn-bn");
    }

    /** With local response norm behind each activation. */
    static Network convolutionalResponseNorm(ModelOptions options) {
        return head(
                bytes().conv(32, 5, 1, Padding.same(), true)
                        .relu()
                        .responseNorm()
                        .pool()
                        .conv(64, 5, 1, Padding.same(), true)
                        .relu()
                        .responseNorm()
                        .pool(),
                options,
                "digits-cnn-lrn");
    }

    private static Stack bytes() {
        return new Stack().scale(1 / 255f, 0);
    }

    private static Network head(Stack stack, ModelOptions options, String name) {
        return stack.flatten()
                .dense(1024, Initializer.HE_NORMAL)
                .relu()
                .dropout(.5f)
                .dense(options.classes(), Initializer.GLOROT_UNIFORM)
                .build(name, INPUT);
    }
}
