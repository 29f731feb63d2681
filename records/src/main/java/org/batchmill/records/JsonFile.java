package org.batchmill.records;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.batchmill.records.DataException.Kind;

/** Small JSON files, read whole, of any content. Stateless. */
public final class JsonFile {

    private static final ObjectMapper JSON = new ObjectMapper();

    private JsonFile() {}

    /**
     * The value in a file; a missing one if it is empty.
     *
     * @throws DataException if the file is not there, too large, no text or no JSON
     */
    public static JsonNode read(Path file) throws IOException {
        String text = TextFile.read(file);
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw malformed(file, e);
        }
    }

    /** The error for a file of JSON or YAML that does not parse, in one line: YAML's own messages draw the place over several. */
    public static DataException malformed(Path file, JsonProcessingException e) {
        boolean ended = e.getOriginalMessage().startsWith("Unexpected end-of-input");
        String where = e.getLocation() == null
                ? file.toString()
                : file + ": line " + e.getLocation().getLineNr();
        String reason = e.getOriginalMessage()
                .replaceFirst("(?s) \\(start marker at .*", "")
                .lines()
                .filter(line -> !line.isBlank() && !Character.isWhitespace(line.charAt(0)))
                .collect(Collectors.joining(", "));
        return new DataException(ended ? Kind.TRUNCATED : Kind.CORRUPT, where, reason, e);
    }
}
