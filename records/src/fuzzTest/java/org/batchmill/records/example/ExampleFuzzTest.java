package org.batchmill.records.example;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.List;
import org.batchmill.records.DataException;

/** Any bytes at all: features that can be written again, or a data error. Seeds lie in the resources; JAZZER_FUZZ=1 looks for more. */
class ExampleFuzzTest {

    @FuzzTest
    void shouldParseWhatItCanWriteAgainOrThrowADataError(byte[] message) {
        try {
            Features features = Example.parse(ByteBuffer.wrap(message), "fuzz");
            Example.Builder builder = Example.builder();
            for (String name : features.names()) {
                builder.feature(features.find(name).orElseThrow());
            }
            Features again = Example.parse(builder.build(), "fuzz");
            assertThat(again.names()).containsExactlyInAnyOrderElementsOf(features.names());
            for (String name : features.names()) {
                Feature feature = features.find(name).orElseThrow();
                assertThat(again.find(name).orElseThrow().sameValues(feature)).isTrue();
            }
        } catch (DataException e) {
            assertThat(e).hasMessageStartingWith("fuzz: ");
        }
    }

    @FuzzTest
    void shouldParseASequenceOrThrowADataError(byte[] message) {
        try {
            SequenceExample sequence = SequenceExample.parse(ByteBuffer.wrap(message), "fuzz");
            for (List<Feature> steps : sequence.featureLists().values()) {
                for (Feature step : steps) {
                    assertThat(step.message()).isNotNull();
                }
            }
        } catch (DataException e) {
            assertThat(e).hasMessageStartingWith("fuzz: ");
        }
    }
}
