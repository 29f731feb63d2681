package org.batchmill.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.batchmill.engine.torch.device.MemoryBudget;
import org.batchmill.engine.torch.memory.MemoryEstimate;
import org.batchmill.records.OptionException;
import org.batchmill.train.engine.MemoryLimit;
import org.batchmill.train.engine.Program;
import org.batchmill.train.engine.ProgramSpec;
import org.junit.jupiter.api.Test;

/** What a step takes at least, and what a GPU has to be asked for before one is tried. */
class MemoryBudgetTest {

    private static final long GIBIBYTE = 1L << 30;

    private static MemoryBudget budget(long free, MemoryLimit limit) {
        return new MemoryBudget("gpu:0", 24 * GIBIBYTE, free, limit);
    }

    @Test
    void shouldGiveTheAllocatorAShare() {
        assertThat(budget(GIBIBYTE, null).fraction()).isEqualTo(1);
        assertThat(budget(GIBIBYTE, MemoryLimit.ofBytes(6 * GIBIBYTE)).fraction())
                .isEqualTo(.25);
        assertThat(budget(GIBIBYTE, MemoryLimit.ofShare(.8)).fraction()).isCloseTo(.8, within(1e-9));
        assertThat(budget(GIBIBYTE, MemoryLimit.ofBytes(99 * GIBIBYTE)).fraction())
                .isEqualTo(1);
    }

    @Test
    void shouldRefuseWhatTheLimitDoesNotAllow() {
        MemoryBudget budget = budget(20 * GIBIBYTE, MemoryLimit.ofBytes(8 * GIBIBYTE));

        assertThatCode(() -> budget.require("yolo", 64, 8 * GIBIBYTE)).doesNotThrowAnyException();
        assertThatThrownBy(() -> budget.require("yolo", 64, 9 * GIBIBYTE))
                .isInstanceOfSatisfying(OptionException.class, e -> assertThat(e.commandLine())
                        .isEqualTo(
                                "yolo takes at least 9.00 GiB on gpu:0 with 64 rows at a time, and --gpu-memory allows"
                                        + " 8.00 GiB: take a smaller --batch or more --subdivisions"));
    }

    @Test
    void shouldRefuseWhatOtherProgramsLeaveNoRoomFor() {
        assertThatThrownBy(() -> budget(GIBIBYTE / 2, null).require("yolo", 64, GIBIBYTE))
                .isInstanceOfSatisfying(OptionException.class, e -> assertThat(e.commandLine())
                        .contains("and of its 24.00 GiB 0.50 GiB are free: take a smaller --batch"));
    }

    @Test
    void shouldCountWhatIsHeldWhenTheLossIsReached() {
        // conv 3x3x3 to 8: 216, norm: 8 and 8 that learn, 16 that roll, dense 96 to 4: 388.
        long learnt = 216 + 16 + 388;
        // Read by the convolution, the norm and the dense layer.
        long read = 4 * (3 * 12 * 16 + 8 * 6 * 8 + 8 * 3 * 4);
        long batch = 4 * 3 * 12 * 16;

        assertThat(MemoryEstimate.of(OneStep.spec())).isEqualTo(4 * (4 * learnt + 16 + read) + batch);
    }

    @Test
    void shouldCountTheLargestLayerOfAPrediction() {
        ProgramSpec spec = ProgramSpec.inference(OneStep.NETWORK, ProgramSpec.InputFormat.FLOAT32_NHWC, OneStep.ROWS);
        long largest = 2 * 4 * 3 * 12 * 16;
        long batch = 4 * 3 * 12 * 16;

        assertThat(MemoryEstimate.of(spec)).isEqualTo(4 * (216 + 32 + 388 + largest + batch));
    }

    @Test
    void shouldTellItBeforeTheFirstStep() {
        try (Program program = new TorchProgram(OneStep.spec(), "cpu", 1)) {
            assertThat(program.peakBytes()).isEqualTo(MemoryEstimate.of(OneStep.spec()));
            assertThat(program.plan().get(0)).contains("a step at least " + program.peakBytes());
        }
    }
}
