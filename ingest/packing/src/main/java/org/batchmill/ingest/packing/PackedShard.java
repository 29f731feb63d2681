package org.batchmill.ingest.packing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A finished shard.
 *
 * @param file    its name, beside the other shards
 * @param split   its split, empty where there are none
 * @param records how many samples it holds
 * @param bytes   its size
 * @param sha256  of the file, in hexadecimal
 */
public record PackedShard(String file, String split, long records, long bytes, String sha256) {

    /** A shard whose file has just been finished at {@code path}. */
    static PackedShard finished(Path path, String split, long records) throws IOException {
        return new PackedShard(path.getFileName().toString(), split, records, Files.size(path), FileHash.sha256(path));
    }

    /** Whether the file is there as it was finished. */
    boolean isWhole(Path path) throws IOException {
        return Files.isRegularFile(path)
                && Files.size(path) == bytes
                && FileHash.sha256(path).equals(sha256);
    }

    void writeTo(ObjectNode json) {
        json.put("file", file);
        json.put("split", split);
        json.put("records", records);
        json.put("bytes", bytes);
        json.put("sha256", sha256);
    }

    static PackedShard readFrom(JsonNode json) {
        return new PackedShard(
                json.path("file").asText(),
                json.path("split").asText(),
                json.path("records").asLong(),
                json.path("bytes").asLong(),
                json.path("sha256").asText());
    }
}
