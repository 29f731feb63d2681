package org.batchmill.records.files;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.JsonFile;

/**
 * What packing writes down about a data set, beside its record files: {@code PREFIX-dataset.json} for files whose names begin
 * with {@code PREFIX-}, or {@code dataset.json}. Only the classes and the names of the files are read here. Stateless.
 */
public final class DataSetJson {

    private static final String NAME = "dataset.json";

    /** A larger file of such a name is another thing: labels of a million images, which are not read whole. */
    private static final long LARGEST = 64 << 20;

    private DataSetJson() {}

    /**
     * The record files that a description names, by the split that they belong to, which is called {@code ""} where the data set is not
     * divided; empty if the file is called otherwise or is another thing.
     *
     * @throws DataException if it is damaged, or one of the files does not lie beside it
     */
    public static Map<String, List<Path>> shards(Path file) throws IOException {
        Map<String, List<Path>> shards = new LinkedHashMap<>();
        String name = file.getFileName().toString();
        boolean called = name.equals(NAME) || name.endsWith("-" + NAME);
        if (!called || Files.size(file) > LARGEST) {
            return shards;
        }
        JsonNode root = JsonFile.read(file);
        List<JsonNode> lists = new ArrayList<>(List.of(root.path("shards")));
        root.path("splits").forEach(split -> lists.add(split.path("shards")));
        for (JsonNode list : lists) {
            for (JsonNode shard : list) {
                if (shard.path("file").isTextual()) {
                    shards.computeIfAbsent(shard.path("split").asText(), split -> new ArrayList<>())
                            .add(shard(file, shard.path("file").asText()));
                }
            }
        }
        return shards;
    }

    private static Path shard(Path file, String name) throws DataException {
        if (name.isEmpty() || name.startsWith(".") || name.indexOf('/') >= 0 || name.indexOf('\\') >= 0) {
            throw new DataException(Kind.CORRUPT, file.toString(), name + " is no name of a file beside it");
        }
        try {
            Path shard = file.resolveSibling(name);
            if (Files.isRegularFile(shard)) {
                return shard;
            }
        } catch (InvalidPathException e) {
            throw new DataException(Kind.CORRUPT, file.toString(), name + " is no name of a file beside it", e);
        }
        throw new DataException(Kind.MISSING, file.toString(), "its record file " + name + " is not there");
    }

    /** The one with the longest prefix; null if there is none. */
    private static Path beside(Path recordFile) {
        String prefix = recordFile.getFileName().toString();
        while (true) {
            int dash = prefix.lastIndexOf('-');
            prefix = prefix.substring(0, Math.max(dash, 0));
            Path path = recordFile.resolveSibling(prefix.isEmpty() ? NAME : prefix + "-" + NAME);
            if (Files.isRegularFile(path)) {
                return path;
            }
            if (prefix.isEmpty()) {
                return null;
            }
        }
    }

    /**
     * The classes in label order; empty if there is no such file or it names none.
     *
     * @throws org.batchmill.records.DataException if the file is no JSON
     */
    static List<String> classesBeside(Path recordFile) throws IOException {
        Path path = beside(recordFile.toAbsolutePath());
        if (path == null) {
            return List.of();
        }
        List<String> classes = new ArrayList<>();
        for (JsonNode name : JsonFile.read(path).path("classes")) {
            classes.add(name.asText());
        }
        return classes;
    }
}
