package org.batchmill.train.checkpoint;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.batchmill.train.network.ActivationFunction;
import org.batchmill.train.network.Initializer;
import org.batchmill.train.network.Initializers;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Padding;
import org.batchmill.train.network.Parameter;
import org.batchmill.train.network.Shape;
import org.batchmill.train.task.TaskDescription;

/** Small checkpoints with every part filled in. */
final class TestCheckpoints {

    private TestCheckpoints() {}

    /** Every kind of layer, padding and initializer. */
    static Network network(int units) {
        return new Network(
                "everything",
                new Shape(2, 8, 8),
                List.of(
                        new Layer.InputScale("scale", 1 / 255f, -.5f),
                        Layer.Conv2d.builder("conv1")
                                .filters(4)
                                .kernel(3, 1)
                                .stride(1, 2)
                                .padding(Padding.explicit(1))
                                .weights(new Initializer.Normal(0, .1f))
                                .biases(new Initializer.Constant(.1f))
                                .build(),
                        new Layer.BatchNorm("bn1", .99f, 1e-5f, Layer.BatchNorm.Rule.DARKNET),
                        new Layer.Activation("relu1", ActivationFunction.LEAKY_RELU, .1f),
                        new Layer.MaxPool("pool1", 2, 2, 2, 2, Padding.same()),
                        new Layer.AveragePool("pool2", 2, 2, 1, 1, Padding.valid()),
                        new Layer.LocalResponseNorm("lrn1", 5, 1e-4f, .75f, 1),
                        new Layer.Dropout("drop1", .5f),
                        new Layer.GaussianNoise("noise1", .1f),
                        new Layer.Residual(
                                "block1",
                                List.of(Layer.Conv2d.square("conv2", 4, 3, 1, Padding.same(), false)),
                                List.of()),
                        new Layer.Reshape("reshape1", new Shape(4, 1, 6)),
                        new Layer.Flatten("flatten1"),
                        new Layer.Lstm("lstm1", 3, new Initializer.Uniform(-1, 1)),
                        new Layer.Dense(
                                "out",
                                units,
                                true,
                                new Initializer.TruncatedNormal(0, .1f),
                                Initializer.GLOROT_UNIFORM)));
    }

    static Checkpoint of(long step) {
        Network network = network(2);
        Map<String, float[]> parameters = new LinkedHashMap<>();
        Map<String, Map<String, float[]>> slots = new LinkedHashMap<>();
        Map<String, float[]> average = new LinkedHashMap<>();
        for (Parameter parameter : network.parameters()) {
            float[] values = Initializers.values(parameter, step);
            parameters.put(parameter.name(), values);
            if (parameter.trainable()) {
                slots.put(parameter.name(), Map.of("velocity", values.clone()));
                average.put(parameter.name(), values.clone());
            }
        }
        Map<String, Double> scores = new LinkedHashMap<>();
        scores.put("images", 12.0);
        scores.put("accuracy", Double.NaN);
        return new Checkpoint(
                network,
                parameters,
                "Momentum[momentum=0.9]",
                slots,
                average,
                new Checkpoint.Progress(
                        step, step * 8, -5, "epoch 3 \"quoted\"", Map.of("schedule", "0 0 NaN"), scores),
                new TaskDescription("classification", List.of("Katze, schwarz", "犬"), Map.of("training_mean", ".1")));
    }
}
