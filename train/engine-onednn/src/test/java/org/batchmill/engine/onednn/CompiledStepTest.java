package org.batchmill.engine.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.batchmill.train.engine.Program;
import org.batchmill.train.engine.Program.StepContext;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Padding;
import org.batchmill.train.network.Shape;
import org.junit.jupiter.api.Test;

/** What is promised of a step beyond its numbers. */
class CompiledStepTest {

    /** The loss and the random numbers of a step are small objects that core makes; arrays of a batch would be kilobytes. */
    private static final long SMALL_OBJECTS = 1024;

    @Test
    void shouldMakeNoGarbage() {
        StepFixture fixture = new StepFixture();
        StepContext context = new StepContext(0, 0, 1e-3);
        try (Program program = new OneDnnEngine()
                .compile(StepFixture.spec().toBuilder().threads(1).build())) {
            fixture.draw(0);
            for (int i = 0; i < 20; i++) {
                fixture.step(program, context);
            }
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 100; i++) {
                fixture.step(program, context);
            }
            assertThat((threads.getCurrentThreadAllocatedBytes() - before) / 100)
                    .isLessThan(SMALL_OBJECTS);
        }
    }

    @Test
    void shouldFuseWhatFollowsAConvolutionAndShareMemory() {
        try (Program program = new OneDnnEngine().compile(StepFixture.spec())) {
            List<String> plan = program.plan();
            assertThat(plan).anyMatch(line -> line.contains("convolution + bias + leaky relu"));
            // The pooling behind the fused activation takes its gradient, on a quarter of the values.
            assertThat(plan).anyMatch(line -> line.contains("pool1") && line.contains("leaky relu backward"));
            assertThat(plan).noneMatch(line -> line.contains("backward conv1") && line.contains("leaky relu backward"));
            // Nobody needs the gradient of the image.
            assertThat(plan).noneMatch(line -> line.contains(" conv1 ") && line.contains("by data"));
        }
    }

    /** More than a processor has addresses for, so that no machine and none of its settings grants it. */
    @Test
    void shouldSayWhichBatchItHasNoMemoryFor() {
        int rows = 1 << 30;
        Network wide = new Network(
                "wide", new Shape(3, 1024, 1024), List.of(Layer.Conv2d.square("conv", 16, 3, 1, Padding.same(), true)));
        ProgramSpec spec = ProgramSpec.inference(wide, ProgramSpec.InputFormat.UINT8_NHWC, rows);
        assertThatThrownBy(() -> new OneDnnEngine().compile(spec))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("has not enough memory for " + rows + " rows at a time")
                .hasMessageContaining("--batch");
    }

    @Test
    void shouldFuseBatchNormIntoTheConvolutionInInference() {
        ProgramSpec spec =
                ProgramSpec.inference(StepFixture.NETWORK, ProgramSpec.InputFormat.UINT8_NHWC, StepFixture.ROWS);
        try (Program program = new OneDnnEngine().compile(spec)) {
            assertThat(program.plan()).anyMatch(line -> line.contains("convolution + norm2 + relu"));
        }
    }

    @Test
    void shouldGiveTheSameBitsForTheSameThreads() {
        for (int threads : new int[] {1, 2, 3}) {
            ProgramSpec spec = StepFixture.spec().toBuilder().threads(threads).build();
            try (Program first = new OneDnnEngine().compile(spec);
                    Program second = new OneDnnEngine().compile(spec)) {
                new StepFixture().train(first, 12);
                new StepFixture().train(second, 12);
                StepFixture.NETWORK.parameters().forEach(parameter -> assertThat(second.parameter(parameter.name()))
                        .describedAs("%s, %d threads", parameter.name(), threads)
                        .containsExactly(first.parameter(parameter.name())));
            }
        }
    }
}
