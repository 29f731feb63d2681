package org.batchmill.jobs.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.batchmill.augment.draw.Chart;
import org.batchmill.augment.draw.Markup;
import org.batchmill.records.storage.Storage;
import org.batchmill.train.monitor.MetricsRow;

/**
 * Writes report.html of a run: facts, curves of loss, metric, learning rate, throughput and waiting, sample predictions. One file,
 * well-formed XML, without scripts and without anything from elsewhere. Not thread-safe.
 */
public final class RunReport {

    private static final int CHART_WIDTH = 640;
    private static final int CHART_HEIGHT = 260;

    private final String title;
    private final String metric;
    private final List<MetricsRow> rows;
    private final Map<String, String> facts = new LinkedHashMap<>();
    private final List<Prediction> predictions = new ArrayList<>();

    private record Prediction(String caption, String pngBase64, boolean wide) {}

    /**
     * @param metric what the evaluations' metric is called
     * @param rows   the lines of metrics.csv in order
     */
    public RunReport(String title, String metric, List<MetricsRow> rows) {
        this.title = title;
        this.metric = metric;
        this.rows = List.copyOf(rows);
    }

    /** Adds a line to the table at the top: {@code model}, {@code yolo-v1-tiny}. */
    public RunReport fact(String name, String value) {
        facts.put(name, value);
        return this;
    }

    /** Adds an image with what was predicted for it, drawn by the caller. */
    public RunReport prediction(String caption, byte[] png) {
        return prediction(caption, png, false);
    }

    /** Adds a chart of what was predicted, as wide as the page. */
    public RunReport chart(String caption, byte[] png) {
        return prediction(caption, png, true);
    }

    private RunReport prediction(String caption, byte[] png, boolean wide) {
        predictions.add(new Prediction(caption, Base64.getEncoder().encodeToString(png), wide));
        return this;
    }

    /** Writes the page in place of what stood there. */
    public void write(Path file) throws IOException {
        Storage.write(file, toHtml().getBytes(StandardCharsets.UTF_8));
    }

    String toHtml() {
        StringBuilder page = new StringBuilder();
        page.append("<!DOCTYPE html>\n<html lang=\"en\" xmlns=\"http://www.w3.org/1999/xhtml\">\n<head>\n")
                .append("<meta charset=\"utf-8\"/>\n<title>")
                .append(Markup.escape(title))
                .append("</title>\n<style>")
                .append(STYLE)
                .append("</style>\n</head>\n<body>\n<h1>")
                .append(Markup.escape(title))
                .append("</h1>\n");
        factsTable(page);
        chart(page, "Loss", curve("training", MetricsRow::loss), curve("validation", MetricsRow::validationLoss));
        chart(page, "Metric", curve(metric, MetricsRow::metric));
        chart(page, "Learning rate", curve("learning rate", MetricsRow::learningRate));
        chart(page, "Throughput", curve("images per second", MetricsRow::imagesPerSecond));
        chart(page, "Waiting for data", curve("share of time", MetricsRow::waitedShare));
        predictions(page);
        return page.append("</body>\n</html>\n").toString();
    }

    private void factsTable(StringBuilder page) {
        if (facts.isEmpty()) {
            return;
        }
        page.append("<table>\n");
        facts.forEach((name, value) -> page.append("<tr><th>")
                .append(Markup.escape(name))
                .append("</th><td>")
                .append(Markup.escape(value))
                .append("</td></tr>\n"));
        page.append("</table>\n");
    }

    private Curve curve(String name, ToDoubleFunction<MetricsRow> value) {
        return Curve.of(name, rows, value);
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
                        ? "<p class=\"none\">" + Markup.escape(heading) + ": nothing was measured.</p>\n"
                        : chart.svg(CHART_WIDTH, CHART_HEIGHT));
    }

    private void predictions(StringBuilder page) {
        if (predictions.isEmpty()) {
            return;
        }
        page.append("<h2>Sample predictions</h2>\n<div class=\"images\">\n");
        for (Prediction prediction : predictions) {
            String caption = Markup.escape(prediction.caption());
            page.append(prediction.wide() ? "<figure class=\"wide\">" : "<figure>")
                    .append("<img alt=\"")
                    .append(caption)
                    .append("\" src=\"data:image/png;base64,")
                    .append(prediction.pngBase64())
                    .append("\"/><figcaption>")
                    .append(caption)
                    .append("</figcaption></figure>\n");
        }
        page.append("</div>\n");
    }

    private static final String STYLE =
            """
            body { font: 15px/1.5 system-ui, sans-serif; max-width: 960px; margin: 2em auto; padding: 0 1em; color: #222; }
            h1 { font-size: 1.5em; } h2 { font-size: 1.1em; margin: 1.5em 0 .3em; }
            table { border-collapse: collapse; } th { text-align: left; padding-right: 1.5em; font-weight: 600; }
            th, td { border-bottom: 1px solid #ddd; }
            svg { width: 100%; max-width: 760px; }
            .none { color: #777; }
            .images { display: flex; flex-wrap: wrap; gap: 12px; } figure { margin: 0; } img { max-width: 300px; }
            .wide img { max-width: 760px; }
            figcaption { font-size: 12px; color: #555; max-width: 300px; overflow-wrap: anywhere; }
            """;
}
