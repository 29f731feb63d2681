package org.batchmill.records;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OptionExceptionTest {

    @Test
    void shouldNameOptionsAsFieldsInJavaAndWithDashesOnTheCommandLine() {
        OptionException wrong = new OptionException("{evaluate-steps} and {l2}: not {} and {}", -1, .5);
        assertThat(wrong).hasMessage("evaluateSteps and l2: not -1 and 0.5");
        assertThat(wrong.commandLine()).isEqualTo("--evaluate-steps and --l2: not -1 and 0.5");
    }

    @Test
    void shouldTakeNoNameFromWhatSomebodyGave() {
        OptionException wrong = new OptionException("{run} cannot be {}", "out/{lr}/$1{}");
        assertThat(wrong).hasMessage("run cannot be out/{lr}/$1{}");
        assertThat(wrong.commandLine()).isEqualTo("--run cannot be out/{lr}/$1{}");
    }
}
