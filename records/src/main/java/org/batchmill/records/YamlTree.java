package org.batchmill.records;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.ObjectCodec;
import com.fasterxml.jackson.core.io.IOContext;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.events.NodeEvent;

/**
 * A text in YAML as a tree, in which {@code *name} is the value that {@code &name} stands before, and {@code <<} takes in the keys of
 * other maps (YAML 1.1). Jackson alone hands out the text {@code name} for {@code *name}. Used once.
 */
public final class YamlTree {

    /** Aliases of aliases make a few lines stand for more values than any memory holds. */
    private static final int MOST_BY_ALIASES = 100_000;

    private static final String MERGED = "<<";

    private record Anchored(JsonNode value, int size) {}

    private final ObjectMapper mapper;
    private final Parser parser;
    private final Map<String, Anchored> anchors = new HashMap<>();
    private int values;
    private int byAliases;

    private YamlTree(ObjectMapper mapper, Parser parser) {
        this.mapper = mapper;
        this.parser = parser;
    }

    /**
     * The value of the first document of a text; a missing one if there is none.
     *
     * @param mapper of a {@link YAMLFactory}, whose settings say how scalars are read
     * @throws JsonProcessingException if it is no YAML, an alias names nothing before it, or aliases stand for too much
     */
    public static JsonNode read(ObjectMapper mapper, String text) throws JsonProcessingException {
        try (Parser parser = new Parsers((YAMLFactory) mapper.getFactory(), mapper).createParser(text)) {
            return parser.nextToken() == null ? MissingNode.getInstance() : new YamlTree(mapper, parser).value();
        } catch (JsonProcessingException e) {
            throw e;
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a text in memory has none
        }
    }

    /** The value at whose first token the parser stands; it goes to the last. */
    private JsonNode value() throws IOException {
        if (parser.isCurrentAlias()) {
            return ofAlias(parser.getText());
        }
        String anchor = parser.anchor();
        int before = values++;
        JsonNode value =
                switch (parser.currentToken()) {
                    case START_OBJECT -> map();
                    case START_ARRAY -> list();
                    default -> mapper.readTree(parser);
                };
        if (anchor != null) {
            anchors.put(anchor, new Anchored(value, values - before));
        }
        return value;
    }

    /** A copy: whoever reads the tree may take values out of one place and not of the other. */
    private JsonNode ofAlias(String name) throws JsonParseException {
        Anchored anchored = anchors.get(name);
        if (anchored == null) {
            throw new JsonParseException(
                    parser, "*" + name + " stands for nothing: there is no &" + name + " before it");
        }
        values += anchored.size;
        byAliases += anchored.size;
        if (byAliases > MOST_BY_ALIASES) {
            throw new JsonParseException(parser, "aliases stand for more than " + MOST_BY_ALIASES + " values");
        }
        return anchored.value.deepCopy();
    }

    private ArrayNode list() throws IOException {
        ArrayNode list = mapper.createArrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            list.add(value());
        }
        return list;
    }

    private ObjectNode map() throws IOException {
        ObjectNode map = mapper.createObjectNode();
        List<ObjectNode> merged = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            parser.nextToken();
            JsonNode value = value();
            List<ObjectNode> taken = key.equals(MERGED) ? maps(value) : List.of();
            merged.addAll(taken);
            if (taken.isEmpty()) {
                map.set(key, value);
            }
        }
        // The map's own keys count before those it takes in, and of these the earlier map's.
        for (ObjectNode other : merged) {
            other.properties().forEach(each -> map.putIfAbsent(each.getKey(), each.getValue()));
        }
        return map;
    }

    /** The maps that a value takes in: itself, or those of a list of nothing else; none where it is another value. */
    private static List<ObjectNode> maps(JsonNode value) {
        List<ObjectNode> maps = new ArrayList<>();
        for (JsonNode each : value.isArray() ? value : List.of(value)) {
            if (!(each instanceof ObjectNode map)) {
                return List.of();
            }
            maps.add(map);
        }
        return maps;
    }

    private static final class Parsers extends YAMLFactory {

        private static final long serialVersionUID = 1;

        Parsers(YAMLFactory settings, ObjectMapper mapper) {
            super(settings, mapper);
        }

        @Override
        public Parser createParser(String text) throws IOException {
            return (Parser) super.createParser(text);
        }

        @Override
        protected YAMLParser _createParser(Reader text, IOContext context) {
            return new Parser(context, _parserFeatures, _yamlParserFeatures, _loaderOptions, _objectCodec, text);
        }
    }

    /** Jackson's own tells the anchors of maps and lists and not those of scalars. */
    private static final class Parser extends YAMLParser {

        Parser(
                IOContext context,
                int features,
                int yamlFeatures,
                LoaderOptions options,
                ObjectCodec codec,
                Reader text) {
            super(context, features, yamlFeatures, options, codec, text);
        }

        /** The name that stands with {@code &} before the value whose first token was read last; null without one. */
        String anchor() {
            return _lastEvent instanceof NodeEvent node ? node.getAnchor() : null;
        }
    }
}
