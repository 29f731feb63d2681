package org.batchmill.jobs.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.batchmill.jobs.JsonLine;
import org.batchmill.jobs.NumberText;
import org.batchmill.jobs.input.SkippedSamples;
import org.batchmill.train.loop.TrainingResult;
import org.batchmill.train.monitor.MetricsRow;

/**
 * How a training job ended.
 *
 * @param run        the run folder
 * @param result     of the loop
 * @param metricName what the metric is called
 * @param best       the best checkpoint; null if none was evaluated
 * @param bestMetric what it was evaluated to, and when; null if none was, or where another rank has it
 * @param verdict    what the input pipeline says of itself
 * @param skipped    different bad samples left out, by the parts of the run before a resume too
 * @param maxErrors  so many may be left out
 */
public record TrainSummary(
        Path run,
        TrainingResult result,
        String metricName,
        Path best,
        MetricsRow bestMetric,
        String verdict,
        long skipped,
        long maxErrors) {

    /** Whether a signal ended it. */
    public boolean stopped() {
        return result.reason() == TrainingResult.Reason.REQUESTED;
    }

    /** Whether no step was done: a resumed run was at its end already, or its topic had nothing new. */
    private boolean nothingLearnt() {
        return Double.isNaN(result.loss());
    }

    /** The metric of the last evaluation; NaN if there was none. */
    public double metric() {
        return result.evaluation() == null ? Double.NaN : result.evaluation().metric();
    }

    /** For people. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        if (nothingLearnt()) {
            lines.add("nothing was left to learn: " + result.message()
                    + (result.reason() == TrainingResult.Reason.STEPS_DONE ? "; --steps or --epochs sets more" : ""));
            lines.add("run folder     " + run);
            return lines;
        }
        lines.add((stopped() ? "stopped: " : "done: ") + result.message() + ", " + result.step() + " steps");
        lines.add("run folder     " + run);
        if (result.checkpoint() != null) {
            lines.add("checkpoint     " + result.checkpoint());
        }
        if (best != null) {
            lines.add("best           " + best
                    + (bestMetric == null
                            ? ""
                            : ": " + metricName + " " + NumberText.of(bestMetric.metric()) + " at step "
                                    + bestMetric.step()));
        }
        lines.add("loss           " + NumberText.of(result.loss()));
        if (result.evaluation() != null) {
            result.evaluation().scores().forEach((name, value) -> {
                if (!name.startsWith("bins/")) {
                    lines.add(String.format(Locale.ROOT, "%-14s %s", name, NumberText.of(value)));
                }
            });
        }
        lines.add(String.format(Locale.ROOT, "speed          %.1f images/s", result.imagesPerSecond()));
        lines.add("input          " + verdict);
        if (skipped > 0) {
            lines.add("skipped        " + skipped + " bad samples of at most " + maxErrors
                    + " (--max-errors), named in " + run.resolve(SkippedSamples.FILE));
        }
        return lines;
    }

    /** One line with the keys of docs/cli.md. */
    public String toJson() {
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("run", run.toString());
        keys.put("steps", result.step());
        keys.put("loss", JsonLine.finite(result.loss()));
        keys.put("metric", JsonLine.finite(metric()));
        keys.put("metric_name", metricName);
        keys.put("images_per_second", JsonLine.finite(result.imagesPerSecond()));
        keys.put("waited_share", JsonLine.finite(result.waitedShare()));
        keys.put(
                "checkpoint",
                result.checkpoint() == null ? null : result.checkpoint().toString());
        keys.put("stopped", stopped());
        keys.put("skipped", skipped);
        keys.put("max_errors", maxErrors);
        return JsonLine.of(keys);
    }
}
