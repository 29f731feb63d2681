package org.batchmill.records.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;

/** What packing writes down about a data set, in {@code dataset.json} beside the record files. Only the classes are read here. */
final class DataSetJson {

    private DataSetJson() {}

    /**
     * The classes in label order; empty if there is no such file or it names none.
     *
     * @throws DataException if the file is no JSON
     */
    static List<String> classesBeside(Path recordFile) throws IOException {
        Path path = recordFile.toAbsolutePath().resolveSibling("dataset.json");
        if (!Files.isRegularFile(path)) {
            return List.of();
        }
        List<String> classes = new ArrayList<>();
        try {
            for (JsonNode name :
                    new ObjectMapper().readTree(Files.readAllBytes(path)).path("classes")) {
                classes.add(name.asText());
            }
        } catch (JsonProcessingException e) {
            throw new DataException(Kind.CORRUPT, path.toString(), e.getOriginalMessage(), e);
        }
        return classes;
    }
}
