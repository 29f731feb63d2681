package org.batchmill.jobs.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.batchmill.augment.draw.Canvas;
import org.batchmill.augment.draw.Chart;
import org.batchmill.train.detection.DetectionReport;
import org.batchmill.train.detection.DetectionScores;
import org.batchmill.train.detection.PrecisionRecall;

/** The curves and confusions of {@link DetectionScores}, drawn. Stateless. */
public final class DetectionCharts {

    private DetectionCharts() {}

    /**
     * Writes {@code detection.json}, {@code precision-recall.png} and {@code confusion.png}.
     *
     * @param folder made if it is not there
     */
    public static void write(DetectionScores scores, Path folder) throws IOException {
        Files.createDirectories(folder);
        DetectionReport.writeJson(scores, folder.resolve("detection.json"));
        drawCurves(scores, folder.resolve("precision-recall.png"));
        drawConfusion(scores, folder.resolve("confusion.png"));
    }

    /** Draws precision over recall of every class that has objects, as PNG. */
    static void drawCurves(DetectionScores scores, Path png) throws IOException {
        Chart chart = new Chart("Precision and recall at IoU .5", "recall", "precision")
                .xRange(0, 1)
                .yRange(0, 1);
        for (DetectionScores.OfClass ofClass : scores.classes()) {
            if (ofClass.objects() > 0) {
                PrecisionRecall curve = ofClass.curve();
                double[] recall = new double[curve.size()];
                double[] precision = new double[curve.size()];
                for (int i = 0; i < recall.length; i++) {
                    recall[i] = curve.recall(i);
                    precision[i] = curve.precision(i);
                }
                chart.line(
                        String.format(Locale.ROOT, "%s  AP %.3f", ofClass.name(), ofClass.ap50()), recall, precision);
            }
        }
        try (Canvas canvas = chart.draw(720, 540)) {
            canvas.write(png);
        }
    }

    /** Draws the confusion matrix as PNG: a row for each true class, darker where more of the row's objects are. */
    static void drawConfusion(DetectionScores scores, Path png) throws IOException {
        List<String> names = new ArrayList<>();
        scores.classes().forEach(ofClass -> names.add(ofClass.name()));
        names.add("background");
        long[][] counts = Arrays.stream(scores.confusion())
                .map(row -> Arrays.stream(row).asLongStream().toArray())
                .toArray(long[][]::new);
        ConfusionChart.draw(
                "Confusion of boxes with a score from " + scores.confusionThreshold() + ", in shares of each row",
                names,
                counts,
                png);
    }
}
