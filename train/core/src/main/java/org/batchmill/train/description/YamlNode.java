package org.batchmill.train.description;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.batchmill.records.DataException;

/**
 * A value of a YAML file and the line that it begins in.
 *
 * @param text   null where it is no scalar
 * @param list   null where it is no list
 * @param fields by their keys; null where it is no map
 */
record YamlNode(int line, String text, List<YamlNode> list, Map<String, YamlNode> fields) {

    private static final YAMLFactory YAML = new YAMLFactory();

    private static final int DEEPEST = 8;

    /**
     * Reads a file's text.
     *
     * @throws DataException if it is no YAML, or deeper than any description
     */
    static YamlNode read(String file, String text) throws IOException {
        try (JsonParser parser = YAML.createParser(text)) {
            parser.nextToken();
            YamlNode root = value(parser, file, 0);
            if (parser.nextToken() != null) {
                throw error(file, parser.currentTokenLocation().getLineNr(), "a second document begins");
            }
            return root;
        } catch (JsonProcessingException e) {
            int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
            throw new DataException(
                    DataException.Kind.CORRUPT,
                    line < 1 ? file : file + ": line " + line,
                    "is no YAML: " + e.getOriginalMessage(),
                    e);
        }
    }

    private static YamlNode value(JsonParser parser, String file, int depth) throws IOException {
        int line = parser.currentTokenLocation().getLineNr();
        JsonToken token = parser.currentToken();
        if (token == null) {
            throw new DataException(DataException.Kind.CORRUPT, file, "describes nothing");
        }
        if (depth > DEEPEST) {
            throw error(file, line, "values lie deeper than " + DEEPEST + " levels");
        }
        if (token == JsonToken.START_ARRAY) {
            List<YamlNode> list = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                list.add(value(parser, file, depth + 1));
            }
            return new YamlNode(line, null, list, null);
        }
        if (token == JsonToken.START_OBJECT) {
            Map<String, YamlNode> fields = new LinkedHashMap<>();
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String key = parser.currentName();
                int place = parser.currentTokenLocation().getLineNr();
                parser.nextToken();
                if (fields.put(key, value(parser, file, depth + 1).at(place)) != null) {
                    throw error(file, place, "there are two of " + key);
                }
            }
            return new YamlNode(line, null, null, fields);
        }
        return new YamlNode(line, token == JsonToken.VALUE_NULL ? "" : parser.getText(), null, null);
    }

    /** The same in the line of its key. */
    private YamlNode at(int place) {
        return new YamlNode(place, text, list, fields);
    }

    static DataException error(String file, int line, String reason) {
        return new DataException(DataException.Kind.CORRUPT, file + ": line " + line, reason);
    }

    boolean isText() {
        return text != null;
    }

    boolean isList() {
        return list != null;
    }

    boolean isMap() {
        return fields != null;
    }
}
