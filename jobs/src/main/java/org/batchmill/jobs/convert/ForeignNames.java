package org.batchmill.jobs.convert;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.batchmill.records.DataException;
import org.batchmill.records.JsonFile;
import org.batchmill.records.TextFile;
import org.batchmill.records.YamlTree;

/** A YAML file of what a network's layers or parameters are called in another program's file: {@code dense: fc} and a line for each. */
final class ForeignNames {

    private static final ObjectMapper YAML =
            new ObjectMapper(new YAMLFactory().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION));

    private ForeignNames() {}

    /**
     * Their names by ours; empty if no file is given.
     *
     * @throws DataException if it is no such list
     */
    static Map<String, String> read(Path file) throws IOException {
        Map<String, String> names = new LinkedHashMap<>();
        if (file == null) {
            return names;
        }
        JsonNode root;
        try {
            root = YamlTree.read(YAML, TextFile.readConfiguration(file));
        } catch (JsonProcessingException e) {
            throw JsonFile.malformed(file, e);
        }
        if (!root.isObject() || root.isEmpty()) {
            throw new DataException(
                    DataException.Kind.CORRUPT, file.toString(), "is no list of names, as conv1: features.0");
        }
        for (Map.Entry<String, JsonNode> name : root.properties()) {
            if (!name.getValue().isValueNode() || name.getValue().isNull()) {
                throw new DataException(
                        DataException.Kind.CORRUPT,
                        file.toString(),
                        name.getKey() + " has no name beside it, as conv1: features.0");
            }
            names.put(name.getKey(), name.getValue().asText());
        }
        return names;
    }
}
