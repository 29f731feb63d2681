package org.batchmill.ingest.packing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.batchmill.records.DataException;
import org.batchmill.records.JsonFile;
import org.batchmill.records.storage.PendingFile;
import org.batchmill.records.storage.Storage;

/**
 * {@code dataset.json}: what a packed data set holds. Its keys: {@code version}, {@code data}, {@code container}, {@code seed},
 * {@code split} (the rule), {@code max_side}, {@code samples}, {@code bytes}, {@code classes} in label order, {@code dropped_boxes} (without area) and {@code clipped_boxes}, {@code splits} (name,
 * samples, bytes of the images as found, smallest and largest side in pixels as found, objects of each class, shards with records,
 * bytes and SHA-256) and {@code bad} (the samples left out). It is written last: where it is, the data set is complete.
 */
final class DatasetFile {

    private static final int VERSION = 1;
    private static final ObjectMapper JSON = new ObjectMapper();

    private DatasetFile() {}

    /** The shards that a data set of this description consists of; none where there is no such file or it is not of ours. */
    static List<String> shards(Path dataset) throws IOException {
        if (!Files.isRegularFile(dataset)) {
            return List.of();
        }
        try {
            return JsonFile.read(dataset).findValuesAsText("file");
        } catch (DataException e) {
            return List.of();
        }
    }

    /**
     * Completes a data set. All that needs space on the disk is written before anything of an earlier data set of the prefix is touched.
     *
     * @param description what {@code dataset.json} is to hold
     * @param bad         for the quarantine list; null where none is wanted
     */
    static void publish(
            Journal journal, OutputNames names, List<PackedShard> shards, ObjectNode description, List<BadSample> bad)
            throws IOException {
        byte[] json = JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(description);
        Storage storage = Storage.of(names.dataset());
        try (PendingFile dataset = storage.create(names.dataset());
                PendingFile quarantine = bad == null ? null : storage.create(names.quarantine())) {
            dataset.write(ByteBuffer.wrap(json));
            if (quarantine != null) {
                quarantine.write(ByteBuffer.wrap(lines(bad).getBytes(StandardCharsets.UTF_8)));
            }
            journal.publish(names, shards);
            if (quarantine != null) {
                quarantine.commit();
            }
            dataset.commit();
        }
        journal.remove();
    }

    static ObjectNode describe(PackOptions options, Census census, PackResult result) {
        ObjectNode root = JSON.createObjectNode();
        root.put("version", VERSION);
        root.put("data", options.data());
        root.put("container", options.shards().container().suffix());
        root.put("seed", options.seed());
        root.put("split", options.split().toString());
        root.put("max_side", options.maxSide());
        root.put("samples", result.samples());
        root.put("bytes", result.bytes());
        result.classes().forEach(root.putArray("classes")::add);
        root.put("dropped_boxes", result.boxes().dropped());
        root.put("clipped_boxes", result.boxes().clipped());
        ArrayNode splits = root.putArray("splits");
        for (int index = 0; index < result.splits().size(); index++) {
            write(result.splits().get(index), census.split(index), splits.addObject());
        }
        ArrayNode bad = root.putArray("bad");
        for (BadSample sample : result.bad()) {
            write(sample, bad.addObject());
        }
        return root;
    }

    private static void write(PackResult.Split split, Census.Split counts, ObjectNode json) {
        json.put("name", split.name());
        json.put("samples", split.samples());
        json.put("picture_bytes", counts.bytes());
        json.put("smallest_side", counts.smallestSide());
        json.put("largest_side", counts.largestSide());
        ObjectNode objects = json.putObject("objects");
        counts.objects().forEach(objects::put);
        ArrayNode shards = json.putArray("shards");
        for (PackedShard shard : split.shards()) {
            ObjectNode node = shards.addObject();
            shard.writeTo(node);
        }
    }

    /** As in the quarantine list. */
    static void write(BadSample sample, ObjectNode json) {
        json.put("where", sample.where());
        json.put("kind", sample.kind().word());
        json.put("reason", sample.reason());
    }

    /** {@code PREFIX-quarantine.jsonl}: a line for each sample that was left out. */
    private static String lines(List<BadSample> bad) {
        StringBuilder lines = new StringBuilder();
        for (BadSample sample : bad) {
            ObjectNode line = JSON.createObjectNode();
            write(sample, line);
            lines.append(line).append('\n');
        }
        return lines.toString();
    }

    static BadSample bad(JsonNode json) {
        String word = json.path("kind").asText();
        DataException.Kind kind = Arrays.stream(DataException.Kind.values())
                .filter(each -> each.word().equals(word))
                .findFirst()
                .orElse(DataException.Kind.CORRUPT);
        return new BadSample(
                kind, json.path("where").asText(), json.path("reason").asText());
    }
}
