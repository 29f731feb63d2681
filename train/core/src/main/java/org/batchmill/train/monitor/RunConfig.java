package org.batchmill.train.monitor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.batchmill.records.DataException;
import org.batchmill.records.TextFile;
import org.batchmill.records.storage.Storage;

/** The options of a run as YAML: a mapping of names to texts, numbers, booleans, lists and mappings. */
public final class RunConfig {

    private static final ObjectMapper YAML = new ObjectMapper(YAMLFactory.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .build());

    private RunConfig() {}

    /** Writes the options in place of what stood there. */
    public static void write(Path file, Map<String, Object> options) throws IOException {
        Storage.write(file, YAML.writeValueAsString(options).getBytes(StandardCharsets.UTF_8));
    }

    /** @throws DataException if the file is not a mapping in YAML */
    public static Map<String, Object> read(Path file) throws IOException {
        try {
            Map<String, Object> options = new LinkedHashMap<>();
            JsonNode root = YAML.readTree(TextFile.readConfiguration(file));
            if (!root.isObject()) {
                throw new DataException(DataException.Kind.CORRUPT, file.toString(), "is no mapping of options");
            }
            root.properties()
                    .forEach(
                            option -> options.put(option.getKey(), YAML.convertValue(option.getValue(), Object.class)));
            return options;
        } catch (JsonProcessingException e) {
            throw new DataException(DataException.Kind.CORRUPT, file.toString(), e.getOriginalMessage(), e);
        }
    }
}
