package org.batchmill.ingest.packing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.batchmill.video.FrameSelection;

/**
 * {@code dataset.json} of packed drives. Its keys: {@code version}, {@code data}, {@code container}, {@code split} (the rule), {@code
 * crop}, {@code height}, {@code width}, {@code jpeg} (0 for PNG), {@code samples}, {@code bytes}, {@code drives} (what joining each
 * found), {@code videos} (what became of the frames of each), {@code selection},
 * {@code window}, {@code cameras}, {@code splits} (name, samples, shards with records, bytes and SHA-256) and {@code bad} (what was left out). It is written last:
 * where it is, the data set is complete.
 */
final class VideoDatasetFile {

    private static final int VERSION = 1;
    private static final ObjectMapper JSON = new ObjectMapper();

    private VideoDatasetFile() {}

    static ObjectNode describe(
            VideoPackOptions options,
            VideoPlan plan,
            List<PackedShard> shards,
            List<FrameTally> tallies,
            List<BadSample> bad) {
        ObjectNode root = JSON.createObjectNode();
        root.put("version", VERSION);
        root.put("data", options.folder());
        root.put("container", options.shards().container().suffix());
        root.put("split", options.split().toString());
        root.put("crop", options.frames().crop().text());
        root.put("height", options.frames().height());
        root.put("width", options.frames().width());
        root.put("jpeg", options.frames().jpeg());
        root.put("samples", shards.stream().mapToLong(PackedShard::records).sum());
        root.put("bytes", shards.stream().mapToLong(PackedShard::bytes).sum());
        ObjectNode drives = root.putObject("drives");
        plan.reports().forEach((name, report) -> drives.set(name, JSON.valueToTree(report)));
        ArrayNode videos = root.putArray("videos");
        tallies.forEach(tally -> tally.writeTo(videos.addObject()));
        FrameSelection selection = options.records().selection();
        if (!selection.equals(FrameSelection.ALL)) {
            root.put("selection", selection.toString());
        }
        root.put("window", options.records().window());
        ArrayNode cameras = root.putArray("cameras");
        options.records().cameras().forEach(camera -> cameras.add(camera.name()));
        splits(shards, root.putArray("splits"));
        ArrayNode left = root.putArray("bad");
        bad.forEach(sample -> DatasetFile.write(sample, left.addObject()));
        return root;
    }

    private static void splits(List<PackedShard> shards, ArrayNode splits) {
        Map<String, ObjectNode> byName = new LinkedHashMap<>();
        for (PackedShard shard : shards) {
            ObjectNode split = byName.computeIfAbsent(shard.split(), name -> {
                ObjectNode node = splits.addObject();
                node.put("name", name);
                node.put("samples", 0L);
                node.putArray("shards");
                return node;
            });
            split.put("samples", split.path("samples").asLong() + shard.records());
            shard.writeTo(((ArrayNode) split.get("shards")).addObject());
        }
    }
}
