package org.batchmill.jobs.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.batchmill.jobs.JsonLine;
import org.batchmill.records.storage.Storage;
import org.batchmill.train.task.ClassificationScores;

/** {@link ClassificationScores} as JSON, as text and drawn. Stateless. */
public final class ClassificationReport {

    /** A matrix of more classes is no longer for reading. */
    private static final int MOST_CLASSES = 20;

    private static final int WORST_LINES = 5;

    private ClassificationReport() {}

    /**
     * Adds {@code classes: [{name, images, precision, recall}]}, {@code confusion} with the true classes as rows, and {@code worst: [{sample,
     * class, predicted, probability}]}, the probability that of the true class; what is undefined is null.
     */
    public static void add(ClassificationScores scores, Map<String, Object> json) {
        List<Map<String, Object>> classes = new ArrayList<>();
        for (ClassificationScores.OfClass ofClass : scores.classes()) {
            Map<String, Object> keys = new LinkedHashMap<>();
            keys.put("name", ofClass.name());
            keys.put("images", ofClass.images());
            keys.put("precision", JsonLine.finite(ofClass.precision()));
            keys.put("recall", JsonLine.finite(ofClass.recall()));
            classes.add(keys);
        }
        json.put("classes", classes);
        json.put("confusion", scores.confusion());
        List<Map<String, Object>> worst = new ArrayList<>();
        for (ClassificationScores.Doubt doubt : scores.worst()) {
            Map<String, Object> keys = new LinkedHashMap<>();
            keys.put("sample", doubt.sample());
            keys.put("class", doubt.className());
            keys.put("predicted", doubt.predicted());
            keys.put("probability", JsonLine.finite(doubt.probability()));
            worst.add(keys);
        }
        json.put("worst", worst);
    }

    /** For people: a line a class, and one for each of the worst images. */
    public static List<String> lines(ClassificationScores scores) {
        List<String> lines = new ArrayList<>();
        if (scores.classes().size() <= MOST_CLASSES) {
            for (ClassificationScores.OfClass ofClass : scores.classes()) {
                lines.add(String.format(
                        Locale.ROOT,
                        "class %-18s %d images, precision %.3f, recall %.3f",
                        ofClass.name(),
                        ofClass.images(),
                        ofClass.precision(),
                        ofClass.recall()));
            }
        }
        scores.worst().stream()
                .filter(doubt -> !doubt.predicted().equals(doubt.className()))
                .limit(WORST_LINES)
                .forEach(doubt -> lines.add(
                        "worst " + doubt.sample() + ": " + doubt.className() + " taken for " + doubt.predicted()));
        return lines;
    }

    /**
     * Writes {@code classification.json} and {@code confusion.png}.
     *
     * @param folder made if it is not there
     */
    public static void write(ClassificationScores scores, Path folder) throws IOException {
        Files.createDirectories(folder);
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("images", scores.images());
        json.put("accuracy", JsonLine.finite(scores.accuracy()));
        json.put("top5", JsonLine.finite(scores.top5()));
        json.put("loss", JsonLine.finite(scores.loss()));
        add(scores, json);
        Storage.write(folder.resolve("classification.json"), JsonLine.of(json).getBytes(StandardCharsets.UTF_8));
        List<String> names = scores.classes().stream()
                .map(ClassificationScores.OfClass::name)
                .toList();
        ConfusionChart.draw(
                "Confusion of classes, in shares of each row",
                names,
                scores.confusion(),
                folder.resolve("confusion.png"));
    }
}
