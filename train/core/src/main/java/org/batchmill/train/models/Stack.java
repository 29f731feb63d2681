package org.batchmill.train.models;

import java.util.ArrayList;
import java.util.List;
import org.batchmill.train.network.ActivationFunction;
import org.batchmill.train.network.Initializer;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Padding;
import org.batchmill.train.network.Shape;

/** Collects layers and numbers them by kind: conv1, act1, pool1, conv2, ... An activation has the number of the layer it follows. */
final class Stack {

    private final List<Layer> layers = new ArrayList<>();
    private int convolutions;
    private int pools;
    private int denses;
    private int responseNorms;
    private String last = "";

    Stack scale(float multiply, float add) {
        layers.add(new Layer.InputScale("scale", multiply, add));
        return this;
    }

    Stack conv(int filters, int kernel, int stride, Padding padding, boolean bias) {
        last = "conv" + ++convolutions;
        layers.add(Layer.Conv2d.square(last, filters, kernel, stride, padding, bias));
        return this;
    }

    /** A small start keeps the linear values that follow near 0. */
    Stack convNormal(int filters, int kernel, float standardDeviation) {
        last = "conv" + ++convolutions;
        layers.add(Layer.Conv2d.builder(last)
                .filters(filters)
                .kernel(kernel, kernel)
                .weights(new Initializer.Normal(0, standardDeviation))
                .build());
        return this;
    }

    /** @param momentum the share of the rolling values kept at each step: .99 needs some hundred steps before predictions are good */
    Stack batchNorm(Layer.BatchNorm.Rule rule, float momentum) {
        layers.add(new Layer.BatchNorm("norm" + convolutions, momentum, 1e-5f, rule));
        return this;
    }

    Stack responseNorm() {
        layers.add(new Layer.LocalResponseNorm("lrn" + ++responseNorms, 5, 1e-4f, .75f, 1));
        return this;
    }

    Stack leaky() {
        return activation(ActivationFunction.LEAKY_RELU, .1f);
    }

    Stack relu() {
        return activation(ActivationFunction.RELU, 0);
    }

    Stack elu() {
        return activation(ActivationFunction.ELU, 1);
    }

    Stack activation(ActivationFunction function, float alpha) {
        layers.add(new Layer.Activation(last + "-" + word(function), function, alpha));
        return this;
    }

    /** Halves the image. */
    Stack pool() {
        layers.add(new Layer.MaxPool("pool" + ++pools, 2, 2, 2, 2, Padding.same()));
        return this;
    }

    /** Halves the image by means. */
    Stack averagePool() {
        layers.add(new Layer.AveragePool("pool" + ++pools, 2, 2, 2, 2, Padding.valid()));
        return this;
    }

    Stack flatten() {
        layers.add(new Layer.Flatten("flatten"));
        return this;
    }

    Stack dense(int units, Initializer weights) {
        last = "dense" + ++denses;
        layers.add(new Layer.Dense(last, units, true, weights, Initializer.ZEROS));
        return this;
    }

    Stack dropout(float rate) {
        layers.add(new Layer.Dropout(last.isEmpty() ? "dropout" : last + "-dropout", rate));
        return this;
    }

    Stack lstm(int units) {
        last = "lstm1";
        layers.add(new Layer.Lstm(last, units, Initializer.GLOROT_UNIFORM));
        return this;
    }

    Network build(String name, Shape input) {
        return new Network(name, input, layers);
    }

    Network build(String name, Shape input, int timeSteps) {
        return new Network(name, input, timeSteps, layers);
    }

    private static String word(ActivationFunction function) {
        return switch (function) {
            case LEAKY_RELU -> "leaky";
            case LINEAR, RELU, RELU6, ELU, SIGMOID, TANH, SOFTMAX ->
                function.name().toLowerCase(java.util.Locale.ROOT);
        };
    }
}
