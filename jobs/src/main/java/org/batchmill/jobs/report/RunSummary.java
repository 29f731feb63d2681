package org.batchmill.jobs.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.batchmill.records.storage.Storage;

/**
 * What a run came to: facts by name, and what the trained network says of some samples, drawn. {@code summary.json} keeps it as
 * {@code {facts: [[name, value]], predictions: [{caption, wide, png}]}}, the images in base64. Not thread-safe.
 */
public final class RunSummary {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, String> facts = new LinkedHashMap<>();
    private final List<Prediction> predictions = new ArrayList<>();

    @SuppressWarnings("ArrayRecordComponent") // written out, never compared
    private record Prediction(String caption, byte[] png, boolean wide) {}

    /** Adds a line to the table of facts: {@code model}, {@code yolo-v1-tiny}. */
    public RunSummary fact(String name, String value) {
        facts.put(name, value);
        return this;
    }

    /** Adds an image with what was predicted for it, drawn by the caller. */
    public RunSummary prediction(String caption, byte[] png) {
        predictions.add(new Prediction(caption, png, false));
        return this;
    }

    /** Adds a chart of what was predicted, as wide as the page. */
    public RunSummary chart(String caption, byte[] png) {
        predictions.add(new Prediction(caption, png, true));
        return this;
    }

    /** The facts in the order in which they were added. */
    Map<String, String> facts() {
        return facts;
    }

    /** Writes it in place of what stood there. */
    public void write(Path file) throws IOException {
        ObjectNode all = JSON.createObjectNode();
        ArrayNode rows = all.putArray("facts");
        facts.forEach((name, value) -> rows.addArray().add(name).add(value));
        ArrayNode images = all.putArray("predictions");
        for (Prediction prediction : predictions) {
            images.addObject()
                    .put("caption", prediction.caption())
                    .put("wide", prediction.wide())
                    .put("png", prediction.png());
        }
        Storage.write(file, JSON.writeValueAsBytes(all));
    }
}
