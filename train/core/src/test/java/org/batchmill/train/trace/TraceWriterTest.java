package org.batchmill.train.trace;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("concurrent")
class TraceWriterTest {

    @Test
    void shouldWriteSpansCountersAndNamesOfTracks(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("trace.json");
        long now = System.nanoTime();
        try (TraceWriter trace = new TraceWriter(file)) {
            Thread other = new Thread(() -> {
                for (int i = 0; i < 100; i++) {
                    span(trace, "decode 1", "decode", i);
                }
            });
            other.start();
            for (int i = 0; i < 100; i++) {
                span(trace, "training", "conv1", i);
            }
            other.join();
            trace.counter("queue \"depth\"", 3, now);
        }
        JsonNode events = new ObjectMapper().readTree(file.toFile()).path("traceEvents");
        List<String> tracks = new ArrayList<>();
        int spans = 0;
        for (JsonNode event : events) {
            if (event.path("ph").asText().equals("M")) {
                tracks.add(event.path("args").path("name").asText());
            } else if (event.path("ph").asText().equals("X")) {
                spans++;
                assertThat(event.path("dur").asDouble()).isEqualTo(2.5);
                assertThat(event.path("tid").asInt()).isBetween(1, 2);
            } else {
                assertThat(event.path("ph").asText()).isEqualTo("C");
                assertThat(event.path("name").asText()).isEqualTo("queue \"depth\"");
                assertThat(event.path("args").path("value").asDouble()).isEqualTo(3);
            }
        }
        assertThat(tracks).containsExactlyInAnyOrder("decode 1", "training");
        assertThat(spans).isEqualTo(200);
    }

    private static void span(TraceWriter trace, String track, String name, int i) {
        try {
            trace.span(track, "forward", name, System.nanoTime() + i, 2500);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
