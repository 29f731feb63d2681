package org.batchmill.jobs.topic;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.batchmill.testing.Fuzz;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What each step of a run learnt, of any content: a resumed run keeps lines of steps up to its own, and nothing else. */
class StepHistoryFuzzTest {

    private static final long STEP = 2;

    private static Fuzz fuzz() {
        String good =
                """
                {"step":1,"samples":[{"id":"t/0/1/0","key":"a","time":"2026-11-29T00:00:00Z"}]}
                {"step":2,"samples":[]}
                {"step":3,"samples":[]}
                """;
        return Fuzz.of(IOException.class, "step-history", List.of(good.getBytes(UTF_8)))
                .words("{\"step\":", "{", "\n", "\r", "\"", "9".repeat(18), "9".repeat(30), ",", "\u00ff");
    }

    private static void parse(byte[] input) {
        String kept = StepHistory.upTo(STEP, input);
        assertThat(kept.lines()).allMatch(line -> line.matches("(?s)\\{\"step\":0*[012],.*"));
        assertThat(StepHistory.upTo(STEP, kept.getBytes(UTF_8))).isEqualTo(kept);
    }

    @Test
    void shouldKeepLinesOfStepsAlone() {
        fuzz().inputs(500, this, StepHistoryFuzzTest::parse);
    }

    @Test
    @Tag("long")
    @Tag("soak")
    void shouldKeepLinesOfStepsAloneOfMuch() {
        fuzz().seconds(Fuzz.seconds(), this, StepHistoryFuzzTest::parse);
    }
}
