package org.batchmill.jobs.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class BenchInputResultTest {

    /** Where every sample is bad, nothing comes out of nothing. */
    @Test
    void shouldWriteNumbersThatAreNoneAsNull() {
        BenchInputResult result = new BenchInputResult(
                new BenchInputResult.Input(0, "none", "none", 1, false),
                new BenchInputResult.Speed(0, Double.NaN),
                new BenchInputResult.Ceiling("loop", 0),
                Double.NaN,
                List.of(new BenchInputResult.Stage("read", Double.POSITIVE_INFINITY, Double.NaN)),
                null,
                "nothing");
        assertThat(result.toJson())
                .contains(
                        "\"ratio\":null", "\"bytes_per_second\":null", "\"busy_ms_per_sample\":null", "\"share\":null")
                .doesNotContain("NaN", "Infinity");
    }
}
