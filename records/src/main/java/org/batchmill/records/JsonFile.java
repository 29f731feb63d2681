package org.batchmill.records;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.batchmill.records.DataException.Kind;

/** Small JSON files, read whole, of any content. Stateless. */
public final class JsonFile {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** YAML's own account of a place. */
    private static final Pattern PLACE = Pattern.compile(" in 'reader', line (\\d+), column");

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

    /** The error for a file of JSON or YAML that does not parse, in one line. */
    public static DataException malformed(Path file, JsonProcessingException e) {
        boolean ended = e.getOriginalMessage().startsWith("Unexpected end-of-input");
        String line = line(e);
        String where = line.isEmpty() ? file.toString() : file + ": " + line;
        return new DataException(ended ? Kind.TRUNCATED : Kind.CORRUPT, where, reason(e), e);
    }

    /** What is wrong with a text of JSON or YAML, and in which line: {@code line 3: found unexpected end of stream}. */
    public static String problem(JsonProcessingException e) {
        String line = line(e);
        return line.isEmpty() ? reason(e) : line + ": " + reason(e);
    }

    private static String line(JsonProcessingException e) {
        String line = e.getLocation() == null ? "" : "line " + e.getLocation().getLineNr();
        // YAML's scanner is met where it began; what it met comes last.
        Matcher place = PLACE.matcher(e.getOriginalMessage());
        while (place.find()) {
            line = "line " + place.group(1);
        }
        return line;
    }

    /** YAML's own messages draw the place over several lines. */
    private static String reason(JsonProcessingException e) {
        return e.getOriginalMessage()
                .replaceFirst("(?s) \\(start marker at .*", "")
                .lines()
                .filter(line -> !line.isBlank() && !Character.isWhitespace(line.charAt(0)))
                .collect(Collectors.joining(", "));
    }
}
