package org.batchmill.train.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.batchmill.records.DataException;
import org.batchmill.train.engine.Program;
import org.batchmill.train.loop.Evaluation;
import org.batchmill.train.loop.LoopControl;
import org.batchmill.train.loop.StepReport;
import org.batchmill.train.task.Task;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFilesTest {

    @TempDir
    Path folder;

    /** A training that has done some steps. */
    private record At(long step) implements LoopControl {
        @Override
        public Program program() {
            return null;
        }

        @Override
        public Task task() {
            return null;
        }

        @Override
        public void stop(String reason) {}
    }

    private static StepReport report(long step, Duration remaining) {
        return new StepReport(step, 1000, .43123456, .01, 2, 8, new StepReport.Pace(511.7, .034, remaining));
    }

    @Test
    void shouldSayWhereATrainingStandsInOneLine() {
        Evaluation evaluation = new Evaluation(100, .5, .0981, true, Map.of("rmse", .0981));
        assertThat(ProgressLine.of(report(120, Duration.ofSeconds(3683)), "rmse", evaluation))
                .isEqualTo("step 120/1000  loss 0.4312  rmse 0.09810  lr 0.010  511.7 img/s  waiting 3%  ETA 1:01:23");
        assertThat(ProgressLine.of(new StepReport(7, 0, 1, 1, 1, 1, new StepReport.Pace(5, 0, null)), "rmse", null))
                .isEqualTo("step 7  loss 1.000  lr 1.0  5.000 img/s  waiting 0%");
    }

    @Test
    void shouldCutTheLinesThatAResumedRunDoesAgain() throws Exception {
        Path file = folder.resolve("metrics.csv");
        try (MetricsCsv csv = new MetricsCsv(file)) {
            csv.onStarted(new At(0));
            for (long step = 1; step <= 5; step++) {
                csv.onStepped(new At(step), report(step, null), null);
            }
            csv.onEvaluated(new At(5), new Evaluation(5, .25, .75, true, Map.of()));
        }
        Files.writeString(file, "6,.1", StandardOpenOption.APPEND);
        assertThat(MetricsCsv.read(file)).extracting(MetricsRow::step).containsExactly(1L, 2L, 3L, 4L, 5L, 5L);

        try (MetricsCsv csv = new MetricsCsv(file)) {
            csv.onStarted(new At(3));
            csv.onStepped(new At(4), report(4, null), null);
        }
        List<MetricsRow> rows = MetricsCsv.read(file);
        assertThat(rows).extracting(MetricsRow::step).containsExactly(1L, 2L, 3L, 4L);
        assertThat(rows.get(3).loss()).isEqualTo(.43123456);
        assertThat(rows.get(3).metric()).isNaN();

        try (MetricsCsv csv = new MetricsCsv(file)) {
            csv.onStarted(new At(0));
        }
        assertThat(MetricsCsv.read(file)).as("a new run").isEmpty();
    }

    @Test
    void shouldSayWhichLineOfMetricsIsDamaged() throws Exception {
        Path file = folder.resolve("metrics.csv");
        Files.writeString(file, "step,loss\n1,2,3,4,5,6,7,8\nx,y\n");
        assertThatThrownBy(() -> MetricsCsv.read(file))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("metrics.csv: line 3: corrupt");
    }

    @Test
    void shouldGiveBackTheOptionsOfARun() throws Exception {
        Map<String, Object> options = new LinkedHashMap<>();
        options.put("model", "yolo-v1-tiny");
        options.put("lr", 1e-4);
        options.put("classes", List.of("yes", "no: really", "10"));
        options.put("resume", false);
        options.put("schedule", Map.of("burn_in", 1000));
        Path file = folder.resolve("config.yaml");
        RunConfig.write(file, options);
        assertThat(RunConfig.read(file)).isEqualTo(options);
        assertThat(Files.readString(file)).startsWith("model: yolo-v1-tiny\n");
        Files.writeString(file, "a: [1\n");
        assertThatThrownBy(() -> RunConfig.read(file)).isInstanceOf(DataException.class);
        for (String other : List.of("- lr\n- 1\n", "yes\n", "")) {
            Files.writeString(file, other);
            assertThatThrownBy(() -> RunConfig.read(file))
                    .isInstanceOf(DataException.class)
                    .hasMessage(file + ": corrupt: is no mapping of options");
        }
    }
}
