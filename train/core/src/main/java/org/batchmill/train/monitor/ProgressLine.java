package org.batchmill.train.monitor;

import java.time.Duration;
import java.util.Locale;
import org.batchmill.train.loop.Evaluation;
import org.batchmill.train.loop.GangReport;
import org.batchmill.train.loop.StepReport;

/** One line about a step: {@code step 120/1000  loss 0.4312  rmse 0.0981  lr 0.001  512 img/s  waiting 3%  ETA 0:01:23}. */
public final class ProgressLine {

    private ProgressLine() {}

    /**
     * The whole line.
     *
     * @param metric     the name of the evaluations' metric
     * @param evaluation the last one; null if there was none
     */
    public static String of(StepReport report, String metric, Evaluation evaluation) {
        StringBuilder line = new StringBuilder("step ").append(report.step());
        if (report.steps() > 0) {
            line.append('/').append(report.steps());
        }
        line.append("  ").append(numbers(report, metric, evaluation));
        if (report.pace().remaining() != null) {
            line.append("  ETA ").append(clock(report.pace().remaining()));
        }
        return line.toString();
    }

    /** Its middle, for a display that shows the step and the time left in its own way. */
    public static String numbers(StepReport report, String metric, Evaluation evaluation) {
        String evaluated =
                evaluation == null ? "" : String.format(Locale.ROOT, "  %s %.4g", metric, evaluation.metric());
        return String.format(
                Locale.ROOT,
                "loss %.4g%s  lr %.2g  %.4g img/s  waiting %.0f%%%s",
                report.loss(),
                evaluated,
                report.learningRate(),
                report.pace().imagesPerSecond(),
                100 * report.pace().waitedShare(),
                gang(report.gang()));
    }

    /** How long other ranks were waited for, and which one is the slowest. */
    private static String gang(GangReport gang) {
        return gang == null
                ? ""
                : String.format(
                        Locale.ROOT,
                        "  %d ranks, others %.0f%%, slowest %d%s",
                        gang.size(),
                        100 * gang.othersShare(),
                        gang.slowest(),
                        staleness(gang.staleness()));
    }

    private static String staleness(GangReport.Staleness staleness) {
        return staleness == null
                ? ""
                : String.format(Locale.ROOT, ", staleness %.1f, at most %d", staleness.mean(), staleness.most());
    }

    /** {@code h:mm:ss}. */
    static String clock(Duration duration) {
        return String.format(
                Locale.ROOT, "%d:%02d:%02d", duration.toHours(), duration.toMinutesPart(), duration.toSecondsPart());
    }
}
