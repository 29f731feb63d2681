package org.batchmill.jobs.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.batchmill.augment.draw.Canvas;
import org.batchmill.augment.draw.Chart;
import org.batchmill.augment.draw.Rgb;
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
        int cell = 64;
        int margin = 150;
        int side = margin + names.size() * cell + 16;
        String title = "true class down, found class across, score from " + scores.confusionThreshold();
        // Names above the last column may be two cells wide.
        int width = (int) Math.ceil(Math.max(side + cell, Canvas.textWidth(title, 10) + 24));
        try (Canvas canvas = Canvas.blank(width, side, Rgb.WHITE)) {
            canvas.text(title, 12, 24, 10, Rgb.GREY);
            for (int row = 0; row < names.size(); row++) {
                int[] counts = scores.confusion()[row];
                int top = margin + row * cell;
                canvas.text(fitting(names.get(row), margin - 20), 12, top + cell / 2.0 + 5, 10, Rgb.BLACK);
                int total = 0;
                for (int count : counts) {
                    total += count;
                }
                for (int column = 0; column < names.size(); column++) {
                    int left = margin + column * cell;
                    if (row == 0) {
                        // Every other name one line higher, so that neighbours do not run into each other.
                        canvas.text(
                                fitting(names.get(column), 2 * cell - 10),
                                left + 4,
                                margin - 12 - column % 2 * 20,
                                10,
                                Rgb.BLACK);
                    }
                    double share = total == 0 ? 0 : (double) counts[column] / total;
                    canvas.rectangleFilled(left, top, left + cell - 2, top + cell - 2, shade(share));
                    canvas.text(
                            Integer.toString(counts[column]),
                            left + 8,
                            top + cell / 2.0 + 5,
                            10,
                            share > .5 ? Rgb.WHITE : Rgb.BLACK);
                }
            }
            canvas.write(png);
        }
    }

    private static Rgb shade(double share) {
        return new Rgb((int) (240 - 210 * share), (int) (244 - 150 * share), (int) (250 - 80 * share));
    }

    /** The name, cut to a width in pixels. */
    private static String fitting(String name, double width) {
        String cut = name;
        while (cut.length() > 1 && Canvas.textWidth(cut, 10) > width) {
            cut = cut.substring(0, cut.length() - 1);
        }
        return cut;
    }
}
