package org.batchmill.train.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.batchmill.testing.SharedData;
import org.batchmill.train.engine.Program;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.loss.Loss;
import org.batchmill.train.loss.MeanSquaredError;
import org.batchmill.train.loss.SoftmaxCrossEntropy;
import org.batchmill.train.network.ActivationFunction;
import org.batchmill.train.network.Initializer;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Padding;
import org.batchmill.train.network.Shape;
import org.batchmill.train.optimize.Optimizer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The layers and update rules here against numbers that another program computed. */
class GoldenTrainingTest {

    private static Layer.Dense dense(String name, int units) {
        return new Layer.Dense(name, units, true, Initializer.GLOROT_UNIFORM, Initializer.ZEROS);
    }

    private static Network pilotnet() {
        List<Layer> layers = new ArrayList<>();
        layers.add(new Layer.InputScale("scale", 2, -1));
        int[][] convolutions = {{24, 5, 2}, {36, 5, 2}, {48, 5, 2}, {64, 3, 1}, {64, 3, 1}};
        for (int[] c : convolutions) {
            String number = Integer.toString(layers.size() / 2 + 1);
            layers.add(Layer.Conv2d.square("conv" + number, c[0], c[1], c[2], Padding.valid(), true));
            layers.add(new Layer.Activation("elu" + number, ActivationFunction.ELU, 1));
        }
        int i = 1;
        for (int units : new int[] {1164, 100, 50, 10}) {
            layers.add(dense("dense" + i, units));
            layers.add(new Layer.Activation("elud" + i++, ActivationFunction.ELU, 1));
        }
        layers.add(dense("dense5", 1));
        return new Network("pilotnet", new Shape(3, 66, 200), layers);
    }

    private static Network digits() {
        return new Network(
                "digits-cnn",
                new Shape(1, 28, 28),
                List.of(
                        Layer.Conv2d.square("conv1", 32, 5, 1, Padding.same(), true),
                        new Layer.Activation("relu1", ActivationFunction.RELU, 0),
                        new Layer.MaxPool("pool1", 2, 2, 2, 2, Padding.valid()),
                        Layer.Conv2d.square("conv2", 64, 5, 1, Padding.same(), true),
                        new Layer.Activation("relu2", ActivationFunction.RELU, 0),
                        new Layer.MaxPool("pool2", 2, 2, 2, 2, Padding.valid()),
                        dense("dense1", 1024),
                        new Layer.Activation("relu3", ActivationFunction.RELU, 0),
                        dense("dense2", 10)));
    }

    private static Optimizer optimizer(String name, JsonNode constants) {
        float epsilon = (float) constants.path("eps").asDouble();
        return switch (name) {
            case "adam" -> new Optimizer.Adam(.9f, .999f, epsilon);
            case "adadelta" -> new Optimizer.Adadelta(.95f, epsilon);
            case "sgd_nesterov" -> new Optimizer.Nesterov(.9f);
            case "rmsprop" -> new Optimizer.RmsProp(.9f, epsilon);
            case "adagrad" -> new Optimizer.Adagrad(0, epsilon);
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static void check(GoldenCase golden, Network network, Loss loss, float[] targets, int rows, int steps)
            throws IOException {
        ByteBuffer input = GoldenCase.inputs(rows * network.input().size());
        for (JsonNode expected : golden.manifest.get("optimizers")) {
            JsonNode constants = expected.get("constants");
            Optimizer rule = optimizer(expected.get("name").asText(), constants);
            try (Program program = new JavaEngine()
                    .compile(
                            ProgramSpec.training(network, ProgramSpec.InputFormat.FLOAT32_NCHW, rows, loss, rule, 1))) {
                GoldenCase.fill(program);
                for (int step = 0; step <= steps; step++) {
                    Program.StepContext context =
                            new Program.StepContext(step, 0, constants.get("lr").asDouble());
                    // The drift that float32 parameters show against float64 ones, measured in the manifests.
                    assertThat(program.accumulate(input, rows, targets, context))
                            .as("%s, loss after %d updates", rule, step)
                            .isCloseTo(expected.get("losses").get(step).asDouble(), within(step == 0 ? 1e-6 : 1e-4));
                    program.update(context);
                }
            }
        }
    }

    @Test
    void shouldTrainPilotnetAsTheReferenceDoes() throws IOException {
        checkPilotnet(1); // the digits take more steps
    }

    @Test
    @Tag("long")
    void shouldTrainPilotnetAsTheReferenceDoesForTenSteps() throws IOException {
        checkPilotnet(10);
    }

    private static void checkPilotnet(int steps) throws IOException {
        GoldenCase golden = GoldenCase.read(SharedData.golden("pilotnet"));
        float[] targets = new float[4];
        for (int i = 0; i < targets.length; i++) {
            targets[i] = (float) GoldenCase.r(i + 2_000_000_000L);
        }
        check(golden, pilotnet(), new MeanSquaredError(), targets, 4, steps);
    }

    @Test
    void shouldTrainDigitsAsTheReferenceDoes() throws IOException {
        GoldenCase golden = GoldenCase.read(SharedData.golden("mnist-cnn"));
        float[] oneHot = new float[80];
        for (int i = 0; i < 8; i++) {
            oneHot[i * 10 + (int) Math.floor((GoldenCase.r(i + 2_000_000_000L) + .5) * 10)] = 1;
        }
        check(golden, digits(), new SoftmaxCrossEntropy(), oneHot, 8, 3);
    }
}
