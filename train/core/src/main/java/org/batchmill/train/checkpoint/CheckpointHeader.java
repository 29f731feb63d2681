package org.batchmill.train.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.batchmill.train.network.Network;
import org.batchmill.train.task.TaskDescription;

/**
 * What stands in front of the arrays of a checkpoint file.
 *
 * @param arrays in the order of the file
 */
record CheckpointHeader(
        Network network, String optimizer, Checkpoint.Progress progress, TaskDescription task, List<Entry> arrays) {

    /** Which part of the state an array is. */
    enum Part {
        PARAMETER,
        SLOT,
        AVERAGE
    }

    /**
     * An array of the file.
     *
     * @param slot  the slot's name; empty for other parts
     * @param count floats
     * @param crc   CRC32C of its bytes
     */
    record Entry(Part part, String parameter, String slot, int count, int crc) {
        String describe() {
            return switch (part) {
                case PARAMETER -> parameter;
                case SLOT -> parameter + " (" + slot + ")";
                case AVERAGE -> parameter + " (average)";
            };
        }
    }

    /** The same run is the same file: the order of Java's maps is another in each JVM. */
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    byte[] toBytes() {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.set("network", NetworkJson.write(network));
        root.put("optimizer", optimizer);
        ObjectNode run = root.putObject("progress");
        run.put("step", progress.step());
        run.put("samples", progress.samples());
        run.put("seed", progress.seed());
        run.put("data", progress.data());
        run.set("states", JSON.valueToTree(progress.states()));
        // As text: JSON has no NaN.
        ObjectNode scores = run.putObject("scores");
        progress.scores().forEach((name, score) -> scores.put(name, Double.toString(score)));
        ObjectNode its = root.putObject("task");
        its.put("kind", task.kind());
        its.set("classes", JSON.valueToTree(task.classes()));
        its.set("facts", JSON.valueToTree(task.facts()));
        ArrayNode list = root.putArray("arrays");
        for (Entry entry : arrays) {
            list.addArray()
                    .add(entry.part().name())
                    .add(entry.parameter())
                    .add(entry.slot())
                    .add(entry.count())
                    .add(entry.crc());
        }
        try {
            return JSON.writeValueAsBytes(root);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a header of plain values cannot be written", e);
        }
    }

    /** @throws IllegalArgumentException if this is no header */
    static CheckpointHeader ofBytes(byte[] bytes) {
        JsonNode root;
        try {
            root = JSON.readTree(bytes);
        } catch (IOException e) {
            throw new IllegalArgumentException("its header is no JSON", e);
        }
        JsonNode run = root.path("progress");
        JsonNode its = root.path("task");
        List<Entry> arrays = new ArrayList<>();
        for (JsonNode entry : root.path("arrays")) {
            arrays.add(new Entry(
                    Part.valueOf(entry.path(0).asText()),
                    entry.path(1).asText(),
                    entry.path(2).asText(),
                    integer(entry.path(3)),
                    integer(entry.path(4))));
        }
        Map<String, Double> scores = new LinkedHashMap<>();
        run.path("scores")
                .properties()
                .forEach(score -> scores.put(
                        score.getKey(), Double.valueOf(score.getValue().asText())));
        return new CheckpointHeader(
                NetworkJson.read(root.path("network")),
                root.path("optimizer").asText(),
                new Checkpoint.Progress(
                        run.path("step").asLong(),
                        run.path("samples").asLong(),
                        run.path("seed").asLong(),
                        run.path("data").asText(),
                        texts(run.path("states")),
                        scores),
                new TaskDescription(its.path("kind").asText(), list(its.path("classes")), texts(its.path("facts"))),
                arrays);
    }

    private static int integer(JsonNode number) {
        if (!number.isIntegralNumber() || !number.canConvertToInt()) {
            throw new IllegalArgumentException("its header says " + number + " where a number must stand");
        }
        return number.intValue();
    }

    private static List<String> list(JsonNode json) {
        List<String> texts = new ArrayList<>();
        json.forEach(text -> texts.add(text.asText()));
        return texts;
    }

    private static Map<String, String> texts(JsonNode json) {
        Map<String, String> texts = new LinkedHashMap<>();
        json.properties()
                .forEach(field -> texts.put(field.getKey(), field.getValue().asText()));
        return texts;
    }
}
