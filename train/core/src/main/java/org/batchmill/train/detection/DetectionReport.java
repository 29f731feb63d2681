package org.batchmill.train.detection;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.batchmill.augment.draw.Canvas;
import org.batchmill.augment.draw.Chart;
import org.batchmill.augment.draw.Rgb;
import org.batchmill.records.storage.Storage;

/** Writes {@link DetectionScores} as JSON and draws their curves and confusions. Stateless. */
public final class DetectionReport {

    /** A curve is thinned to so many points in JSON. */
    private static final int MOST_POINTS = 200;

    private DetectionReport() {}

    /**
     * Everything but the pictures as one JSON object; what is undefined is null. A class's {@code curve} is a list of [recall, precision,
     * score], thinned to at most 200 points; {@code confusion} has the true classes as rows and the background last.
     */
    public static ObjectNode json(DetectionScores scores) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("images", scores.images());
        put(json, "map50", scores.map50());
        put(json, "map50_voc07", scores.map50Voc07());
        put(json, "map50_95", scores.cocoMap());
        put(json, "map75", scores.mean(DetectionScores.OfClass::cocoAp75));
        put(json, "ar1", scores.mean(DetectionScores.OfClass::recall1));
        put(json, "ar10", scores.mean(DetectionScores.OfClass::recall10));
        put(json, "ar100", scores.mean(DetectionScores.OfClass::recall100));
        ArrayNode classes = json.putArray("classes");
        for (DetectionScores.OfClass ofClass : scores.classes()) {
            ObjectNode node = classes.addObject();
            node.put("name", ofClass.name());
            node.put("objects", ofClass.objects());
            node.put("detections", ofClass.detections());
            put(node, "ap50", ofClass.ap50());
            put(node, "ap50_voc07", ofClass.ap50Voc07());
            put(node, "ap50_95", ofClass.cocoAp());
            put(node, "ap75", ofClass.cocoAp75());
            put(node, "ar1", ofClass.recall1());
            put(node, "ar10", ofClass.recall10());
            put(node, "ar100", ofClass.recall100());
            curve(node.putArray("curve"), ofClass.curve());
        }
        json.put("confusion_threshold", scores.confusionThreshold());
        ArrayNode confusion = json.putArray("confusion");
        for (int[] row : scores.confusion()) {
            ArrayNode counts = confusion.addArray();
            for (int count : row) {
                counts.add(count);
            }
        }
        return json;
    }

    private static void put(ObjectNode json, String key, double value) {
        if (Double.isFinite(value)) {
            json.put(key, value);
        } else {
            json.putNull(key);
        }
    }

    private static void curve(ArrayNode points, PrecisionRecall curve) {
        if (curve.objects() == 0) {
            return;
        }
        int every = Math.max(1, (curve.size() + MOST_POINTS - 1) / MOST_POINTS);
        for (int i = 0; i < curve.size(); i++) {
            if (i % every == 0 || (i == curve.size() - 1 && points.size() < MOST_POINTS)) {
                points.addArray().add(curve.recall(i)).add(curve.precision(i)).add(curve.score(i));
            }
        }
    }

    /**
     * Writes {@code detection.json}, {@code precision-recall.png} and {@code confusion.png}.
     *
     * @param folder made if it is not there
     */
    public static void write(DetectionScores scores, Path folder) throws IOException {
        Files.createDirectories(folder);
        writeJson(scores, folder.resolve("detection.json"));
        drawCurves(scores, folder.resolve("precision-recall.png"));
        drawConfusion(scores, folder.resolve("confusion.png"));
    }

    /** {@link #json} as a file. */
    public static void writeJson(DetectionScores scores, Path file) throws IOException {
        Storage.write(file, new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(json(scores)));
    }

    /** Draws precision over recall of every class that has objects, as PNG. */
    public static void drawCurves(DetectionScores scores, Path png) throws IOException {
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
    public static void drawConfusion(DetectionScores scores, Path png) throws IOException {
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
