package org.batchmill.train.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert;
import org.batchmill.testing.FaultyDisk;
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

    @Test
    void shouldTellEveryThreadOfTheDiskThatIsFullAndOfNothingElse(@TempDir Path folder) throws Exception {
        FaultyDisk disk = new FaultyDisk(Integer.MAX_VALUE, false);
        Path file = disk.on(folder).resolve("trace.json");
        TraceWriter trace = new TraceWriter(file);
        disk.fillUpAfter(0);
        String full = message(() -> {
            while (true) {
                trace.span("training", "forward", "conv1", System.nanoTime(), 2500);
            }
        });
        assertThat(full).contains("trace.json").contains("No space left on device");
        assertThat(message(() -> trace.span("decode 1", "input", "decode", System.nanoTime(), 1)))
                .isEqualTo(full);
        assertThat(message(() -> trace.counter("depth", 1, System.nanoTime()))).isEqualTo(full);
        assertThat(message(trace::close)).isEqualTo(full);
        assertThat(folder).isEmptyDirectory();
    }

    private static String message(ThrowableAssert.ThrowingCallable work) {
        return catchThrowableOfType(IOException.class, work).getMessage();
    }

    private static void span(TraceWriter trace, String track, String name, int i) {
        try {
            trace.span(track, "forward", name, System.nanoTime() + i, 2500);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
