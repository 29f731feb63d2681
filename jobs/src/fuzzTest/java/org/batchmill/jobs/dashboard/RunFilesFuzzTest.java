package org.batchmill.jobs.dashboard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.batchmill.jobs.report.RunFiles;
import org.batchmill.records.DataException;
import org.batchmill.testing.Fuzz;
import org.batchmill.train.events.EventWriter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of runs of any content: what is there is shown, and the rest passed over. */
class RunFilesFuzzTest {

    @TempDir
    private Path folder;

    private static Fuzz metrics() {
        return Fuzz.of(
                        DataException.class,
                        "dashboard-metrics",
                        List.of("step,loss,metric\n1,2.5,\n2,,1e-3\n3,Infinity,NaN\n".getBytes(UTF_8)))
                .words(",", "\n", "\r\n", "-", "9".repeat(400), "1e999", "\u00ff");
    }

    private void readMetrics(byte[] input) throws IOException {
        Path real = folder.toRealPath();
        Files.write(real.resolve(RunFiles.METRICS), input);
        MetricsLog.Columns columns = new MetricsLog(new RunFile(real, real, RunFiles.METRICS)).all(64);
        long lines = new String(input, UTF_8).chars().filter(c -> c == '\n').count();
        assertThat(columns.damaged()).isLessThanOrEqualTo(lines);
        columns.columns().values().forEach(series -> assertThat(series.count()).isLessThanOrEqualTo(lines));
    }

    private Fuzz events() throws IOException {
        Path made = Files.createDirectories(folder.resolve("made"));
        Path file;
        try (EventWriter events = EventWriter.in(made)) {
            events.started(1);
            events.scalar("train/loss", 1, 1);
            events.scalar("validation/map50", .5, 1);
            events.histogram("weights", new float[] {1, 2, 3}, 1);
            events.image("batch", 1, 1, 3, new byte[] {1, 2, 3}, 1);
            events.flush();
            file = events.file();
        }
        byte[] bytes = Files.readAllBytes(file);
        Files.delete(file);
        return Fuzz.of(DataException.class, "dashboard-events", List.of(bytes));
    }

    private void readEvents(byte[] input) throws IOException {
        Path real = folder.toRealPath();
        Files.write(real.resolve("events.out.tfevents.1"), input);
        EventLog log = new EventLog(real, real);
        log.refresh();
        for (Map.Entry<String, List<EventLog.Place>> its : log.histograms().entrySet()) {
            for (EventLog.Place place : its.getValue()) {
                ByteBuffer message = log.field(place, its.getKey(), 5);
                if (message != null) {
                    for (double bar : StoredHistogram.of(message, 8).bars()) {
                        assertThat(bar).isNotNaN();
                    }
                }
            }
        }
        log.refresh();
    }

    private static Fuzz traces() {
        String trace =
                """
                {"traceEvents":[{"ph":"M","name":"thread_name","pid":1,"tid":1,"ts":0.0,"args":{"name":"a"}},
                {"ph":"X","name":"x 1","pid":1,"tid":1,"ts":1.5,"cat":"step","dur":2.5,"args":{"operation":"o"}},
                {"ph":"C","name":"c","pid":1,"tid":0,"ts":3.0,"args":{"value":1.0}}]}
                """;
        return Fuzz.of(DataException.class, "dashboard-traces", List.of(trace.getBytes(UTF_8)))
                .words("{", "[", "]", "}", "\"", "null", "1e308", "-1", "9".repeat(400));
    }

    private void readTrace(byte[] input) throws IOException {
        Path real = folder.toRealPath();
        Files.write(real.resolve(RunFiles.TRACE), input);
        TraceLog log = new TraceLog(new RunFile(real, real, RunFiles.TRACE));
        for (long to : new long[] {0, 2, Long.MAX_VALUE / 1000}) {
            assertThat(new String(log.part(1, to).bytes(), UTF_8)).startsWith("{").endsWith("}");
        }
    }

    @Test
    void shouldReadDamagedTraces() {
        traces().inputs(300, this, this::readTrace);
    }

    @Test
    void shouldReadDamagedMetrics() {
        metrics().inputs(300, this, this::readMetrics);
    }

    @Test
    void shouldReadDamagedEvents() throws Exception {
        events().inputs(300, this, this::readEvents);
    }

    @Test
    @Tag("long")
    @Tag("soak")
    void shouldReadManyDamagedMetrics() {
        metrics().seconds(Fuzz.seconds(), this, this::readMetrics);
    }

    @Test
    @Tag("long")
    @Tag("soak")
    void shouldReadManyDamagedTraces() {
        traces().seconds(Fuzz.seconds(), this, this::readTrace);
    }

    @Test
    @Tag("long")
    @Tag("soak")
    void shouldReadManyDamagedEvents() throws Exception {
        events().seconds(Fuzz.seconds(), this, this::readEvents);
    }
}
