package org.batchmill.ingest.sources.kafka;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.batchmill.records.Box;
import org.batchmill.records.BoxRules;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.Labels;
import org.batchmill.records.UsageException;

/**
 * The label of an image in the headers of its message, as UTF-8 text. {@code class} is a class's name; {@code steering} a number;
 * {@code boxes} a JSON list of {@code {"class": "car", "xmin": .1, "ymin": .2, "xmax": .3, "ymax": .4}} with edges in fractions of
 * the image, and {@code "difficult"}, {@code "truncated"} and {@code "crowd"} where they are true. A message without any of them is not labelled.
 */
final class MessageLabels {

    static final String CLASS = "class";
    static final String BOXES = "boxes";
    static final String STEERING = "steering";

    private static final ObjectMapper JSON = new ObjectMapper();

    private MessageLabels() {}

    static Labels read(Headers headers, BoxRules rules, String where) throws DataException {
        String boxes = text(headers, BOXES);
        if (boxes != null) {
            return boxes(boxes, rules, where + ": header " + BOXES);
        }
        String className = text(headers, CLASS);
        if (className != null) {
            rules.checkClass(className, where);
            return new Labels.ClassLabel(className);
        }
        String steering = text(headers, STEERING);
        return steering == null ? Labels.NONE : steering(steering, where + ": header " + STEERING);
    }

    private static String text(Headers headers, String name) {
        Header header = headers.lastHeader(name);
        return header == null || header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }

    private static Labels steering(String text, String where) throws DataException {
        try {
            return new Labels.Steering(Float.parseFloat(text));
        } catch (NumberFormatException e) {
            throw new DataException(Kind.BAD_ANNOTATION, where, "is no number", e);
        }
    }

    private static Labels boxes(String text, BoxRules rules, String where) throws DataException {
        JsonNode list;
        try {
            list = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new DataException(Kind.BAD_ANNOTATION, where, "is no JSON: " + e.getOriginalMessage(), e);
        }
        if (!list.isArray()) {
            throw new DataException(Kind.BAD_ANNOTATION, where, "is no list");
        }
        List<Box> boxes = new ArrayList<>();
        for (JsonNode box : list) {
            // An image of one by one: edges in fractions are its pixels.
            rules.apply(
                            new BoxRules.PixelBox(
                                    box.path("class").asText(),
                                    edge(box, "xmin", where),
                                    edge(box, "ymin", where),
                                    edge(box, "xmax", where),
                                    edge(box, "ymax", where),
                                    box.path("difficult").asBoolean(),
                                    box.path("truncated").asBoolean(),
                                    box.path("crowd").asBoolean()),
                            1,
                            1,
                            where)
                    .ifPresent(boxes::add);
        }
        return new Labels.Boxes(boxes);
    }

    private static double edge(JsonNode box, String name, String where) throws DataException {
        double edge = box.path(name).isNumber() ? box.path(name).asDouble() : Double.NaN;
        if (!(edge >= 0 && edge <= 1)) {
            throw new DataException(Kind.BAD_ANNOTATION, where, name + " is not between 0 and 1: " + box.path(name));
        }
        return edge;
    }

    /** @throws DataException if headers have no position for such labels */
    static void write(Labels labels, Headers headers, String where) throws DataException {
        labels.accept(new HeaderWriter(headers, where));
    }

    private record HeaderWriter(Headers headers, String where) implements Labels.Visitor<Void, DataException> {

        @Override
        public Void unlabelled(Labels.Unlabelled none) {
            return null;
        }

        @Override
        public Void boxes(Labels.Boxes objects) {
            headers.add(BOXES, bytes(json(objects.boxes())));
            return null;
        }

        @Override
        public Void classLabel(Labels.ClassLabel label) {
            headers.add(CLASS, bytes(label.className()));
            return null;
        }

        @Override
        public Void own(Labels.Own labels) {
            throw new UsageException("labels of a program's own kind are not sent");
        }

        @Override
        public Void mixedClasses(Labels.MixedClasses labels) {
            throw new UsageException("what augmentation mixed is not sent");
        }

        @Override
        public Void steering(Labels.Steering label) {
            headers.add(STEERING, bytes(Float.toString(label.angle())));
            return null;
        }

        @Override
        public Void targets(Labels.Targets numbers) throws DataException {
            throw new DataException(Kind.UNSUPPORTED, where, "headers have no place for rows of numbers");
        }
    }

    private static String json(List<Box> boxes) {
        ArrayNode list = JSON.createArrayNode();
        for (Box box : boxes) {
            ObjectNode one = list.addObject();
            one.put("class", box.className());
            one.put("xmin", box.xmin()).put("ymin", box.ymin());
            one.put("xmax", box.xmax()).put("ymax", box.ymax());
            if (box.difficult()) {
                one.put("difficult", true);
            }
            if (box.truncated()) {
                one.put("truncated", true);
            }
            if (box.crowd()) {
                one.put("crowd", true);
            }
        }
        return list.toString();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
