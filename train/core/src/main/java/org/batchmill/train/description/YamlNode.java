package org.batchmill.train.description;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.batchmill.records.DataException;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * A value of a YAML file and the line that it begins in, an alias's that of what it stands for. {@code <<} takes in the fields of other maps,
 * of which the map's own and the earlier ones count first (YAML 1.1).
 *
 * @param text   null where it is no scalar
 * @param list   null where it is no list
 * @param fields by their keys; null where it is no map
 */
record YamlNode(int line, String text, List<YamlNode> list, Map<String, YamlNode> fields) {

    private static final int DEEPEST = 8;

    /** Aliases of aliases make a few lines stand for more values than any memory holds. */
    private static final int MOST_VALUES = 100_000;

    /**
     * Reads a file's text.
     *
     * @throws DataException if it is no YAML, deeper than any description, or stands for too much
     */
    static YamlNode read(String file, String text) throws DataException {
        LoaderOptions options = new LoaderOptions();
        options.setMaxAliasesForCollections(MOST_VALUES);
        try {
            Iterator<Node> documents =
                    new Yaml(options).composeAll(new StringReader(text)).iterator();
            if (!documents.hasNext()) {
                throw new DataException(DataException.Kind.CORRUPT, file, "describes nothing");
            }
            YamlNode root = new Reading(file).value(documents.next(), 0);
            if (documents.hasNext()) {
                throw error(file, line(documents.next()), "a second document begins");
            }
            return root;
        } catch (MarkedYAMLException e) {
            Mark place = e.getProblemMark();
            throw new DataException(
                    DataException.Kind.CORRUPT,
                    place == null ? file : file + ": line " + (place.getLine() + 1),
                    "is no YAML: " + e.getProblem(),
                    e);
        } catch (YAMLException e) {
            throw new DataException(DataException.Kind.CORRUPT, file, "is no YAML: " + e.getMessage(), e);
        }
    }

    private static int line(Node node) {
        return node.getStartMark().getLine() + 1;
    }

    private static final class Reading {

        private final String file;
        private int values;

        private Reading(String file) {
            this.file = file;
        }

        private YamlNode value(Node node, int depth) throws DataException {
            int line = line(node);
            if (depth > DEEPEST) {
                throw error(file, line, "values lie deeper than " + DEEPEST + " levels");
            }
            if (++values > MOST_VALUES) {
                throw error(file, line, "aliases stand for more than " + MOST_VALUES + " values");
            }
            if (node instanceof SequenceNode sequence) {
                List<YamlNode> list = new ArrayList<>();
                for (Node each : sequence.getValue()) {
                    list.add(value(each, depth + 1));
                }
                return new YamlNode(line, null, list, null);
            }
            if (node instanceof MappingNode mapping) {
                return new YamlNode(line, null, null, fields(mapping, depth));
            }
            String text = ((ScalarNode) node).getValue();
            return new YamlNode(line, node.getTag().equals(Tag.NULL) ? "" : text, null, null);
        }

        private Map<String, YamlNode> fields(MappingNode mapping, int depth) throws DataException {
            Map<String, YamlNode> fields = new LinkedHashMap<>();
            List<YamlNode> taken = new ArrayList<>();
            for (NodeTuple field : mapping.getValue()) {
                int place = line(field.getKeyNode());
                if (!(field.getKeyNode() instanceof ScalarNode key)) {
                    throw error(file, place, "a key is no word");
                }
                YamlNode value = value(field.getValueNode(), depth + 1);
                if (key.getTag().equals(Tag.MERGE)) {
                    taken.addAll(maps(value, place));
                } else if (fields.put(key.getValue(), value.at(place)) != null) {
                    throw error(file, place, "there are two of " + key.getValue());
                }
            }
            for (YamlNode other : taken) {
                other.fields.forEach(fields::putIfAbsent);
            }
            return fields;
        }

        /** The maps that a value of {@code <<} takes in: itself, or those of its list. */
        private List<YamlNode> maps(YamlNode value, int place) throws DataException {
            List<YamlNode> maps = value.isList() ? value.list : List.of(value);
            for (YamlNode each : maps) {
                if (!each.isMap()) {
                    throw error(file, place, "<< takes in maps, as <<: *name");
                }
            }
            return maps;
        }
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
