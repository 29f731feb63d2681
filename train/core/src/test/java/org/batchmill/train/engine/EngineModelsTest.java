package org.batchmill.train.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.batchmill.train.engine.EngineFixture.buffer;

import java.util.random.RandomGenerator;
import org.batchmill.testing.Seed;
import org.batchmill.train.engine.Program.StepContext;
import org.batchmill.train.loss.SoftmaxCrossEntropy;
import org.batchmill.train.models.ModelOptions;
import org.batchmill.train.models.Models;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Parameter;
import org.batchmill.train.network.Shape;
import org.batchmill.train.optimize.Optimizer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The classifiers of images learn to tell three kinds of small ones apart. An engine's module subclasses it. */
public abstract class EngineModelsTest {

    private static final int ROWS = 6;
    private static final int CLASSES = 3;

    /** The engine under test. */
    protected abstract Engine engine();

    @ParameterizedTest
    @ValueSource(strings = {"lenet5", "googlenet-small", "squeezenet", "mobilenet-v2"})
    void shouldBeginToLearnAndGiveTheSameBitsAgain(String name) {
        Seed.of(this);
        float[][] outputs = new float[2][ROWS * CLASSES];
        for (float[] its : outputs) {
            try (Program program = compile(name)) {
                double first = train(program, 0, 12);
                assertThat(train(program, 12, 13)).isLessThan(first);
                program.lastOutputs(its);
            }
        }
        assertThat(outputs[1]).containsExactly(outputs[0]);
    }

    @Tag("long")
    @ParameterizedTest
    @ValueSource(strings = {"lenet5", "vgg11", "googlenet-small", "squeezenet", "mobilenet-v2", "resnet18", "resnet50"})
    void shouldLearnIn200Steps(String name) {
        try (Program program = compile(name)) {
            train(program, 0, 200);
            double last = 0;
            for (int step = 200; step < 205; step++) {
                last += train(program, step, step + 1) / 5;
            }
            // Who knows nothing has ln 3 = 1.1.
            assertThat(last).isLessThan(.4);
            for (Parameter parameter : program.spec().network().parameters()) {
                for (float value : program.parameter(parameter.name())) {
                    assertThat(value).isFinite();
                }
            }
        }
    }

    private Program compile(String name) {
        // Images of less would come to nothing on the way through squeezenet.
        Network network = Models.byName(name, ModelOptions.classes(CLASSES).image(40, 48));
        return engine().compile(ProgramSpec.training(
                network,
                ProgramSpec.InputFormat.UINT8_NHWC,
                ROWS,
                new SoftmaxCrossEntropy(),
                new Optimizer.Adam(.9f, .999f, 1e-8f),
                11));
    }

    /** Trains on drawn images; returns the loss of the first step. */
    private static double train(Program program, int from, int to) {
        Shape shape = program.spec().network().input();
        double first = Double.NaN;
        for (int step = from; step < to; step++) {
            RandomGenerator random = Seed.random(step % 4);
            byte[] pixels = new byte[ROWS * shape.size()];
            float[] targets = new float[ROWS * CLASSES];
            for (int row = 0; row < ROWS; row++) {
                int kind = row % CLASSES;
                targets[row * CLASSES + kind] = 1;
                for (int i = 0; i < shape.size(); i++) {
                    int y = i / (shape.width() * shape.channels());
                    // Each kind is bright in a third of its own.
                    int bright = y * CLASSES / shape.height() == kind ? 120 : 0;
                    pixels[row * shape.size() + i] = (byte) (bright + random.nextInt(100));
                }
            }
            StepContext context = new StepContext(step, 0, 5e-4);
            double loss = program.accumulate(buffer(pixels), ROWS, targets, context);
            program.update(context);
            first = step == from ? loss : first;
        }
        return first;
    }
}
