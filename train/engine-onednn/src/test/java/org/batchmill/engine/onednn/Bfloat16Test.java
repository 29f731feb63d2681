package org.batchmill.engine.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.batchmill.records.UsageException;
import org.batchmill.train.engine.Program;
import org.batchmill.train.engine.ProgramSpec;
import org.junit.jupiter.api.Test;

class Bfloat16Test {

    private static ProgramSpec bfloat16() {
        return StepFixture.spec().toBuilder()
                .precision(ProgramSpec.Precision.BFLOAT16)
                .build();
    }

    @Test
    void shouldLearnAsFloat32DoesWithActivationsInBfloat16() {
        assumeTrue(Native.hasBfloat16(), () -> "this CPU has " + Native.instructionSet() + ", no bfloat16");
        OneDnnEngine engine = new OneDnnEngine();
        try (Program exact = engine.compile(StepFixture.spec());
                Program rounded = engine.compile(bfloat16())) {
            double expected = new StepFixture().train(exact, 60);
            assertThat(new StepFixture().train(rounded, 60)).isCloseTo(expected, within(.05));
            assertThat(expected).isLessThan(.1);
            assertThat(rounded.plan())
                    .anyMatch(line -> line.contains("conv2 output bf16"))
                    .anyMatch(line -> line.contains("conv2/weights f32"));
        }
    }

    @Test
    void shouldBeRefusedInOneLineWhereTheCpuHasNone() {
        assumeTrue(!Native.hasBfloat16(), "this CPU has bfloat16");
        assertThatThrownBy(() -> new OneDnnEngine().compile(bfloat16()))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining(Native.instructionSet());
    }
}
