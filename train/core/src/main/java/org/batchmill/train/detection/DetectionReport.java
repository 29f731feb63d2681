package org.batchmill.train.detection;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import org.batchmill.records.storage.Storage;

/** {@link DetectionScores} as JSON. Stateless. */
public final class DetectionReport {

    /** A curve is thinned to so many points in JSON. */
    private static final int MOST_POINTS = 200;

    private DetectionReport() {}

    /**
     * Everything as one JSON object; what is undefined is null. A class's {@code curve} is a list of [recall, precision,
     * score], thinned to at most 200 points; {@code confusion} has the true classes as rows and the background last.
     */
    public static ObjectNode json(DetectionScores scores) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("images", scores.images());
        put(json, "map50", scores.map50());
        put(json, "map50_voc07", scores.map50Voc07());
        put(json, "map50_95", scores.cocoMap());
        put(json, "map75", scores.meanCoco(DetectionScores.Coco::ap75));
        put(json, "ar1", scores.meanCoco(DetectionScores.Coco::recall1));
        put(json, "ar10", scores.meanCoco(DetectionScores.Coco::recall10));
        put(json, "ar100", scores.meanCoco(DetectionScores.Coco::recall100));
        ArrayNode classes = json.putArray("classes");
        for (DetectionScores.OfClass ofClass : scores.classes()) {
            ObjectNode node = classes.addObject();
            node.put("name", ofClass.name());
            node.put("objects", ofClass.objects());
            node.put("detections", ofClass.detections());
            put(node, "ap50", ofClass.ap50());
            put(node, "ap50_voc07", ofClass.ap50Voc07());
            put(node, "ap50_95", ofClass.coco().ap());
            put(node, "ap75", ofClass.coco().ap75());
            put(node, "ar1", ofClass.coco().recall1());
            put(node, "ar10", ofClass.coco().recall10());
            put(node, "ar100", ofClass.coco().recall100());
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

    /** {@link #json} as a file. */
    public static void writeJson(DetectionScores scores, Path file) throws IOException {
        Storage.write(file, new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(json(scores)));
    }
}
