package org.batchmill.jobs.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.batchmill.train.trace.TraceWriter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The timeline of a trace: its rows, what is thinned out of it, and the page. */
@Tag("concurrent")
class TimelinePageTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long MILLI = 1_000_000;
    private static final int STEPS = 50;

    @TempDir
    Path folder;

    private Path run;

    @BeforeEach
    void make() throws IOException {
        run = Files.createDirectories(folder.resolve("first"));
        Files.writeString(run.resolve("metrics.csv"), "step,loss\n1,2\n");
    }

    /** Steps of 10 ms, each with two layers of 4 ms inside, beside a thread that decodes. */
    private void trace() throws IOException {
        try (TraceWriter trace = new TraceWriter(run.resolve("trace.json"))) {
            long start = System.nanoTime();
            for (int step = 0; step < STEPS; step++) {
                long at = start + 10 * MILLI * step;
                trace.span("decode 0", "input", "decode", at, MILLI);
                trace.span("training", "forward", "conv1", "conv2d", at + MILLI, 4 * MILLI);
                trace.span("training", "backward", "conv1", at + 5 * MILLI, 4 * MILLI);
                trace.span("training", "step", "step " + (step + 1), at, 10 * MILLI);
                trace.counter("batches ready", step % 3, at);
            }
        }
    }

    private JsonNode part(long from, long to) throws IOException {
        return JSON.readTree(new TraceLog(new RunFile(folder.toRealPath(), run.toRealPath(), "trace.json"))
                .part(from, to)
                .bytes());
    }

    @Test
    void shouldLayWhatLiesInsideBelowIt() throws Exception {
        trace();
        JsonNode part = part(0, Long.MAX_VALUE / 1000);

        List<String> rows = new ArrayList<>();
        part.path("rows").forEach(row -> rows.add(row.path("track").asText() + row.path("depth")));
        assertThat(rows).containsExactly("decode 00", "training0", "training1");
        assertThat(part.path("rows").get(1).path("spans").size()).isEqualTo(4 * STEPS);
        assertThat(part.path("rows").get(2).path("spans").size()).isEqualTo(4 * 2 * STEPS);
        JsonNode first = part.path("operations").get(0);
        assertThat(first.path("name").asText()).isEqualTo("step");
        assertThat(first.path("count").asInt()).isEqualTo(STEPS);
        assertThat(first.path("total_ms").asDouble()).isCloseTo(10 * STEPS, within(1e-6));
        assertThat(part.path("operations").get(1).path("name").asText()).isEqualTo("conv1 (conv2d)");
    }

    @Test
    void shouldThinALongTraceAndShowAPartOfItWhole() throws Exception {
        try (TraceWriter trace = new TraceWriter(run.resolve("trace.json"))) {
            long start = System.nanoTime();
            for (int i = 0; i < 200_000; i++) {
                trace.span("decode 0", "input", "decode", start + 10_000L * i, i == 77_777 ? 9_000 : 5_000);
            }
        }
        JsonNode all = part(0, Long.MAX_VALUE / 1000);
        long shown = 0;
        JsonNode spans = all.path("rows").get(0).path("spans");
        for (int i = 3; i < spans.size(); i += 4) {
            shown += spans.get(i).asLong();
        }
        assertThat(shown).as("each span is in a block").isEqualTo(200_000);
        assertThat(spans.size()).isLessThan(4 * 2000);
        assertThat(all.path("operations").get(0).path("longest_ms").asDouble()).isCloseTo(.009, within(1e-9));

        double offset = spans.get(0).asDouble();
        long from = (long) offset + 777_700;
        JsonNode some = part(from, from + 200);
        assertThat(some.path("rows").get(0).path("spans").size()).isBetween(4 * 20, 4 * 21);
    }

    @Test
    void shouldShowWhatADamagedTraceHolds() throws Exception {
        trace();
        byte[] whole = Files.readAllBytes(run.resolve("trace.json"));
        Files.write(run.resolve("trace.json"), Arrays.copyOf(whole, whole.length / 2));

        JsonNode part = part(0, Long.MAX_VALUE / 1000);
        assertThat(part.path("problem").asText()).isNotEmpty();
        assertThat(part.path("rows").size()).isEqualTo(3);
        Files.writeString(
                run.resolve("trace.json"), "[1, {\"ph\": {}}, [], {\"args\": [{}]}, {\"ph\":\"X\",\"ts\":-1}]");
        assertThat(part(0, 5).path("rows").size()).isZero();
    }

    @Test
    void shouldShowInABrowserWhatTheTraceSays() throws Exception {
        trace();
        double first = Double.NaN;
        for (JsonNode event : JSON.readTree(Files.readString(run.resolve("trace.json"), StandardCharsets.UTF_8))
                .path("traceEvents")) {
            first = event.path("name").asText().equals("step 1")
                    ? event.path("ts").asDouble()
                    : first;
        }
        try (OpenPages pages = OpenPages.of(folder)) {
            long from = (long) first + 2000;
            pages.show("timeline?begin=" + from + "&end=" + (from + 1000));

            assertThat(pages.text("return [...document.querySelectorAll('#spans [data-track]')]"
                            + ".map((row) => row.dataset.track + ' ' + row.children[1].textContent).join()"))
                    .isEqualTo("training step 1,training conv1 (conv2d)");
            assertThat(pages.text("return document.querySelector('#spans [data-track]').dataset.length"))
                    .isEqualTo("10000");
            assertThat(Double.parseDouble(
                            pages.text("return document.querySelector('#spans [data-track]').dataset.start")))
                    .isCloseTo(first, within(1e-3));
            pages.text(
                    "document.querySelector('.timeline').dispatchEvent(new KeyboardEvent('keydown', {key: 'Home'}))");
            assertThat(pages.text("return location.hash")).isEqualTo("#timeline");
        }
    }
}
