package org.batchmill.jobs;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who trains gets this module and what it needs: neither Beam nor packing, which have doors of their own. */
class TrainersClassPathTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "org.apache.beam.sdk.Pipeline",
                "org.apache.beam.runners.direct.DirectRunner",
                "org.batchmill.ingest.packing.PackJob"
            })
    void shouldNotHoldWhatOnlyPackingNeeds(String name) {
        assertThatThrownBy(() -> Class.forName(name)).isInstanceOf(ClassNotFoundException.class);
    }
}
