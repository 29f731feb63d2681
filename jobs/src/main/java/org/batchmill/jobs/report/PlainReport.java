package org.batchmill.jobs.report;

import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.batchmill.augment.draw.Chart;
import org.batchmill.augment.draw.Markup;
import org.batchmill.train.monitor.MetricsRow;

/**
 * What report.html shows where no script may run: facts as a table, and curves of loss, metric, learning rate, throughput and waiting as
 * SVG. Well-formed elements of XHTML. Stateless.
 */
public final class PlainReport {

    private static final int CHART_WIDTH = 640;
    private static final int CHART_HEIGHT = 260;

    private PlainReport() {}

    /** Facts alone, under a heading. */
    public static String of(String title, Map<String, String> facts) {
        StringBuilder page =
                new StringBuilder("<h1>").append(Markup.escape(title)).append("</h1>\n<table>\n");
        facts.forEach((name, value) -> page.append("<tr><th>")
                .append(Markup.escape(name))
                .append("</th><td>")
                .append(Markup.escape(value))
                .append("</td></tr>\n"));
        return page.append("</table>\n").toString();
    }

    /**
     * Facts and curves of a run.
     *
     * @param metric what the evaluations' metric is called
     * @param rows   the lines of metrics.csv in order
     */
    public static String of(String title, RunSummary summary, String metric, List<MetricsRow> rows) {
        StringBuilder page = new StringBuilder(of(title, summary.facts()));
        chart(
                page,
                "Loss",
                Curve.of("training", rows, MetricsRow::loss),
                Curve.of("validation", rows, MetricsRow::validationLoss));
        chart(page, "Metric", rows, metric, MetricsRow::metric);
        chart(page, "Learning rate", rows, "learning rate", MetricsRow::learningRate);
        chart(page, "Throughput", rows, "images per second", MetricsRow::imagesPerSecond);
        chart(page, "Waiting for data", rows, "share of time", MetricsRow::waitedShare);
        return page.toString();
    }

    private static void chart(
            StringBuilder page,
            String heading,
            List<MetricsRow> rows,
            String name,
            ToDoubleFunction<MetricsRow> value) {
        chart(page, heading, Curve.of(name, rows, value));
    }

    /** The chart, or a sentence where there is nothing to draw. */
    private static void chart(StringBuilder page, String heading, Curve... curves) {
        page.append("<h2>").append(heading).append("</h2>\n");
        Chart chart = new Chart(heading, "step", "");
        boolean empty = true;
        for (Curve curve : curves) {
            if (curve.steps().length > 0) {
                chart.line(curve.name(), curve.steps(), curve.values());
                empty = false;
            }
        }
        page.append(
                empty
                        ? "<p>" + Markup.escape(heading) + ": nothing was measured.</p>\n"
                        : chart.svg(CHART_WIDTH, CHART_HEIGHT));
    }
}
