package org.batchmill.train.description;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.batchmill.records.DataException;
import org.batchmill.records.TextFile;
import org.batchmill.records.UsageException;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.NetworkBuilder;
import org.batchmill.train.network.Shape;

/**
 * A network in a YAML file of at most 1 MiB:
 *
 * <pre>{@code
 * input: 3x32x32
 * layers:
 *   - scale: {multiply: 0.0078, add: -1}
 *   - conv: stem
 *     filters: 16
 *     kernel: 3
 *   - relu
 *   - conv: body
 *     filters: 16
 *     kernel: 3
 *   - add: sum
 *     from: [body, stem]
 *   - global-average-pool
 *   - dense: out
 *     units: classes
 * }</pre>
 *
 * <p>A layer is a word with its name beside it; one without a name is called as the word is, with a number: {@code relu1}. It reads the one
 * before, unless {@code from} names others. {@code classes} stands for the number of classes of the data.
 */
public final class NetworkFile {

    private final String file;
    private final int classes;
    private final Map<String, Integer> lines = new HashMap<>();
    private final Map<String, Integer> numbers = new HashMap<>();

    private NetworkFile(String file, int classes) {
        this.file = file;
        this.classes = classes;
    }

    /** Whether a model's name is that of such a file. */
    public static boolean isOne(String model) {
        String lower = model.toLowerCase(Locale.ROOT);
        return lower.endsWith(".yaml") || lower.endsWith(".yml");
    }

    /**
     * Reads the network.
     *
     * @param classes what the word stands for
     * @throws DataException if the file is malformed or its layers do not fit; names line and layer
     */
    public static Network read(Path file, int classes) throws IOException {
        return new NetworkFile(file.toString(), classes)
                .network(YamlNode.read(file.toString(), TextFile.readConfiguration(file)));
    }

    private Network network(YamlNode root) throws DataException {
        if (!root.isMap()) {
            throw YamlNode.error(file, root.line(), "is no map with input and layers");
        }
        LayerFields fields = new LayerFields(file, "", root.line(), classes, root.fields());
        String name = fields.text("name", stem());
        Shape input = LayerKinds.shape(fields, "input");
        int steps = fields.integer("time-steps", 1);
        YamlNode layers = fields.field("layers");
        fields.requireNothingElse();
        if (layers == null || !layers.isList() || layers.list().isEmpty()) {
            throw fields.error("layers are missing: a list with one word for each");
        }
        try {
            NetworkBuilder network = Network.builder(name, input).timeSteps(steps);
            for (YamlNode layer : layers.list()) {
                add(layer, network);
            }
            Network built = network.build();
            built.trainableCount(); // throws where parameters are more than an array holds
            return built;
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw refused(String.valueOf(e.getMessage()), root.line());
        }
    }

    private String stem() {
        String last = Path.of(file).getFileName().toString();
        return last.substring(0, last.lastIndexOf('.'));
    }

    /** What does not fit together, with the line of the layer that the message begins with. */
    private DataException refused(String message, int otherwise) {
        int end = message.indexOf(": ");
        return YamlNode.error(file, lines.getOrDefault(end < 0 ? "" : message.substring(0, end), otherwise), message);
    }

    private void add(YamlNode layer, NetworkBuilder network) throws DataException {
        Map<String, YamlNode> all = new LinkedHashMap<>();
        String word = word(layer);
        YamlNode beside = layer.isMap() ? layer.fields().get(word) : null;
        if (layer.isMap()) {
            all.putAll(layer.fields());
            all.remove(word);
        }
        String name = "";
        if (beside != null && beside.isMap()) {
            all.putAll(beside.fields()); // scale: {multiply: 2}
        } else if (beside != null && beside.isText()) {
            name = beside.text().strip();
        } else if (beside != null) {
            throw YamlNode.error(file, beside.line(), word + " has a list beside it, not a name");
        }
        if (name.isEmpty()) {
            name = word + numbers.merge(word, 1, Integer::sum);
        }
        lines.put(name, layer.line());
        LayerFields fields = new LayerFields(file, name, layer.line(), classes, all);
        List<String> from = fields.names("from");
        Layer made = LayerKinds.layer(word, fields);
        fields.requireNothingElse();
        network.add(made, from.toArray(String[]::new));
    }

    /** The word that says what a layer is. */
    private String word(YamlNode layer) throws DataException {
        if (layer.isText()) {
            return known(layer.text().strip(), layer.line());
        }
        if (!layer.isMap()) {
            throw YamlNode.error(file, layer.line(), "a layer is a word, as conv: stem, and not a list");
        }
        for (String key : layer.fields().keySet()) {
            if (LayerKinds.words().contains(key)) {
                return key;
            }
        }
        return known(
                layer.fields().isEmpty()
                        ? ""
                        : layer.fields().keySet().iterator().next(),
                layer.line());
    }

    private String known(String word, int line) throws DataException {
        if (!LayerKinds.words().contains(word)) {
            throw YamlNode.error(
                    file,
                    line,
                    UsageException.unknownName("layer", word, LayerKinds.words())
                            .getMessage());
        }
        return word;
    }
}
