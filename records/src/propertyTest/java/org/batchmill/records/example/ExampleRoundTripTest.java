package org.batchmill.records.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

/** Features of any names and values come back as they were, whatever their order. */
class ExampleRoundTripTest {

    @Property(tries = 300)
    void shouldReadBackTheFeaturesThatItWrote(
            @ForAll @Size(max = 5) Map<Integer, List<byte[]>> bytes,
            @ForAll @Size(max = 5) Map<Integer, float[]> floats,
            @ForAll @Size(max = 5) Map<Integer, long[]> int64s)
            throws IOException {
        Example.Builder builder = Example.builder();
        bytes.forEach((name, values) ->
                builder.bytes("b" + name, values.stream().map(ByteBuffer::wrap).toList()));
        floats.forEach((name, values) -> builder.floats("f" + name, values));
        int64s.forEach((name, values) -> builder.int64s("i" + name, values));
        Features read = Example.parse(builder.build(), "test");
        assertThat(read.names()).hasSize(bytes.size() + floats.size() + int64s.size());
        for (Map.Entry<Integer, List<byte[]>> one : bytes.entrySet()) {
            assertThat(feature(read, "b", one.getKey()).bytes())
                    .isEqualTo(one.getValue().stream().map(ByteBuffer::wrap).toList());
        }
        for (Map.Entry<Integer, float[]> one : floats.entrySet()) {
            assertThat(feature(read, "f", one.getKey()).floats()).isEqualTo(one.getValue());
        }
        for (Map.Entry<Integer, long[]> one : int64s.entrySet()) {
            assertThat(feature(read, "i", one.getKey()).int64s()).isEqualTo(one.getValue());
        }
    }

    @Property(tries = 100)
    void shouldWriteTheSameBytesInWhateverOrderFeaturesAreGiven(@ForAll @Size(max = 8) Map<Integer, long[]> values) {
        Example.Builder forwards = Example.builder();
        values.forEach((name, list) -> forwards.int64s("ü" + name, list));
        Example.Builder backwards = Example.builder();
        List<Integer> names = List.copyOf(values.keySet());
        for (int i = names.size() - 1; i >= 0; i--) {
            backwards.int64s("ü" + names.get(i), values.get(names.get(i)));
        }
        assertThat(backwards.build()).isEqualTo(forwards.build());
    }

    private static Feature feature(Features features, String type, int name) {
        return features.find(type + name).orElseThrow();
    }
}
