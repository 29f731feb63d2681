package org.batchmill.engine.nd4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.batchmill.train.engine.Program;
import org.batchmill.train.engine.Program.StepContext;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.loss.MeanSquaredError;
import org.batchmill.train.models.ModelOptions;
import org.batchmill.train.models.Models;
import org.batchmill.train.network.Network;
import org.batchmill.train.optimize.Optimizer;
import org.junit.jupiter.api.Test;

/** The first lesson of the course: a line through 17 points. */
class LineFitTest {

    private static final float[] X = {
        3.3f, 4.4f, 5.5f, 6.71f, 6.93f, 4.168f, 9.779f, 6.182f, 7.59f, 2.167f, 7.042f, 10.791f, 5.313f, 7.997f, 5.654f,
        9.27f, 3.1f
    };
    private static final float[] Y = {
        1.7f, 2.76f, 2.09f, 3.19f, 1.694f, 1.573f, 3.366f, 2.596f, 2.53f, 1.221f, 2.827f, 3.465f, 1.65f, 2.904f, 2.42f,
        2.94f, 1.3f
    };

    @Test
    void shouldFitTheLineOfTheFirstLesson() {
        Network line = Models.byName("line", ModelOptions.classes(1).features(1));
        ByteBuffer points = ByteBuffer.allocateDirect(4 * X.length).order(ByteOrder.nativeOrder());
        points.asFloatBuffer().put(X);
        // The lesson's cost is half of our mean squared error: half its learning rate makes the same steps.
        try (Program program = new Nd4jEngine()
                .compile(ProgramSpec.training(
                        line,
                        ProgramSpec.InputFormat.FLOAT32_NHWC,
                        X.length,
                        new MeanSquaredError(),
                        new Optimizer.Sgd(),
                        1))) {
            double loss = 0;
            for (int step = 0; step < 1000 * 17; step++) {
                StepContext context = new StepContext(step, 0, 0.005);
                loss = program.accumulate(points, X.length, Y, context);
                program.update(context);
            }
            String layer = line.layers().get(line.layers().size() - 1).name();
            // Near the end the updates of float32 parameters round away: five digits are what is left.
            assertThat(program.parameter(layer + "/weights")[0]).isCloseTo(0.25163f, within(5e-5f));
            assertThat(program.parameter(layer + "/biases")[0]).isCloseTo(0.79880f, within(5e-5f));
            assertThat(loss / 2).isCloseTo(0.0769288, within(1e-7));
        }
    }
}
