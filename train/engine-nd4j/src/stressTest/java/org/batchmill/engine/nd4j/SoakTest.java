package org.batchmill.engine.nd4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.batchmill.train.engine.Program;
import org.batchmill.train.engine.Program.StepContext;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.loss.MeanSquaredError;
import org.batchmill.train.models.ModelOptions;
import org.batchmill.train.models.Models;
import org.batchmill.train.network.Network;
import org.batchmill.train.optimize.Optimizer;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Memory that grows by a little at each step ends a training of days. */
@Tag("long")
@Tag("soak")
class SoakTest {

    private static final long MEBIBYTE = 1 << 20;

    @Test
    void shouldNotGrowInAThousandStepsNorInAnHour() {
        Network network = Models.byName("digits-cnn-bn", ModelOptions.classes(10));
        ByteBuffer input = ByteBuffer.allocateDirect(8 * network.input().size());
        try (Program program = new Nd4jEngine()
                .compile(ProgramSpec.training(
                        network,
                        ProgramSpec.InputFormat.UINT8_NHWC,
                        8,
                        new MeanSquaredError(),
                        new Optimizer.Adam(.9f, .999f, 1e-8f),
                        1))) {
            long before = 0;
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Long.getLong("batchmill.soak.seconds", 0));
            for (int step = 0; step < 1200 || System.nanoTime() < end; step++) {
                if (step == 200) {
                    System.gc();
                    before = Pointer.physicalBytes();
                }
                StepContext context = new StepContext(step, 0, 1e-4);
                program.accumulate(input, 8, new float[80], context);
                program.update(context);
            }
            System.gc();
            assertThat(Pointer.physicalBytes() - before).isLessThan(64 * MEBIBYTE);
        }
    }
}
