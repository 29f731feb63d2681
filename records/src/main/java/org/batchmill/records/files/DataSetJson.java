package org.batchmill.records.files;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.batchmill.records.JsonFile;

/**
 * What packing writes down about a data set, beside its record files: {@code PREFIX-dataset.json} for files whose names begin
 * with {@code PREFIX-}, or {@code dataset.json}. Only the classes are read here.
 */
final class DataSetJson {

    private static final String NAME = "dataset.json";

    private DataSetJson() {}

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
