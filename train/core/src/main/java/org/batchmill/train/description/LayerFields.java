package org.batchmill.train.description;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.batchmill.records.DataException;
import org.batchmill.train.network.Padding;

/** The fields of a layer, or of the network: asked for one by one, so that what nobody asks for is misspelt. Used once. */
final class LayerFields {

    /** What stands for the number of classes. */
    private static final String CLASSES = "classes";

    private static final int LARGEST = 1 << 20;

    /** Of kernels, strides, dilations and paddings, whose products are sizes of images. */
    private static final int LARGEST_WINDOW = 1024;

    private final String file;
    private final String name;
    private final int line;
    private final int classes;
    private final Map<String, YamlNode> fields;
    private final Set<String> asked = new HashSet<>();

    /**
     * @param name    of the layer, for errors; empty for the network
     * @param line    that it begins in
     * @param classes what the word stands for
     */
    LayerFields(String file, String name, int line, int classes, Map<String, YamlNode> fields) {
        this.file = file;
        this.name = name;
        this.line = line;
        this.classes = classes;
        this.fields = fields;
    }

    String name() {
        return name;
    }

    DataException error(int place, String reason) {
        return YamlNode.error(file, place, name.isEmpty() ? reason : name + ": " + reason);
    }

    DataException error(String reason) {
        return error(line, reason);
    }

    /** The field; null if there is none. */
    YamlNode field(String key) {
        asked.add(key);
        return fields.get(key);
    }

    private YamlNode required(String key) throws DataException {
        YamlNode field = field(key);
        if (field == null) {
            throw error(key + " is missing");
        }
        return field;
    }

    String text(String key, String otherwise) throws DataException {
        YamlNode field = field(key);
        return field == null ? otherwise : text(key, field);
    }

    private String text(String key, YamlNode field) throws DataException {
        if (!field.isText()) {
            throw error(field.line(), key + " is no single value");
        }
        return field.text().strip();
    }

    /** One of at least 1 that must be there. */
    int integer(String key) throws DataException {
        YamlNode field = required(key);
        int value = integer(key, field);
        if (value < 1) {
            throw error(field.line(), key + " is " + value);
        }
        return value;
    }

    int integer(String key, int otherwise) throws DataException {
        YamlNode field = field(key);
        return field == null ? otherwise : integer(key, field);
    }

    private int integer(String key, YamlNode field) throws DataException {
        String text = text(key, field);
        if (text.equals(CLASSES)) {
            return classes;
        }
        try {
            int value = Integer.parseInt(text);
            if (value >= 0 && value <= LARGEST) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Told below, as what is negative or beyond all networks.
        }
        throw error(field.line(), key + " is " + text + ", not a whole number up to " + LARGEST);
    }

    float number(String key, double otherwise) throws DataException {
        YamlNode field = field(key);
        if (field == null) {
            return (float) otherwise;
        }
        try {
            float value = Float.parseFloat(text(key, field));
            if (Float.isFinite(value)) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Told below, as what is not finite.
        }
        throw error(field.line(), key + " is " + field.text() + ", not a number");
    }

    boolean flag(String key, boolean otherwise) throws DataException {
        YamlNode field = field(key);
        if (field == null) {
            return otherwise;
        }
        return switch (text(key, field).toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw error(field.line(), key + " is " + field.text() + ", neither true nor false");
        };
    }

    /** One number for both axes, or height and width. */
    int[] pair(String key, int otherwise) throws DataException {
        YamlNode field = otherwise > 0 ? field(key) : required(key);
        if (field == null) {
            return new int[] {otherwise, otherwise};
        }
        if (!field.isList()) {
            int both = window(key, field);
            return new int[] {both, both};
        }
        return windows(key, field, 2);
    }

    private int window(String key, YamlNode field) throws DataException {
        int value = integer(key, field);
        if (value > LARGEST_WINDOW) {
            throw error(field.line(), key + " is " + value + ", above " + LARGEST_WINDOW);
        }
        return value;
    }

    private int[] windows(String key, YamlNode field, int count) throws DataException {
        for (int value : integers(key, field, count)) {
            window(key, new YamlNode(field.line(), Integer.toString(value), null, null));
        }
        return integers(key, field, count);
    }

    private int[] integers(String key, YamlNode field, int count) throws DataException {
        if (field.list().size() != count) {
            throw error(field.line(), key + " is a list of " + field.list().size() + ", not of " + count);
        }
        int[] values = new int[count];
        for (int i = 0; i < count; i++) {
            values[i] = integer(key, field.list().get(i));
        }
        return values;
    }

    /** Three numbers, {@code [3, 32, 32]} or {@code 3x32x32}; or one. */
    int[] shape(String key) throws DataException {
        YamlNode field = required(key);
        if (field.isList()) {
            return integers(key, field, 3);
        }
        String[] sizes = text(key, field).split("x", -1);
        int[] shape = {1, 1, 1};
        if (sizes.length != 1 && sizes.length != 3) {
            throw error(field.line(), key + " is " + field.text() + ", not CHANNELSxHEIGHTxWIDTH or one number");
        }
        for (int i = 0; i < sizes.length; i++) {
            shape[i] = integer(key, new YamlNode(field.line(), sizes[i], null, null));
        }
        return shape;
    }

    /** {@code same}, {@code valid}, pixels at each side, or at the top, left, bottom and right. */
    Padding padding(Padding otherwise) throws DataException {
        YamlNode field = field("padding");
        if (field == null) {
            return otherwise;
        }
        if (field.isList()) {
            int[] sides = windows("padding", field, 4);
            return new Padding.Explicit(sides[0], sides[1], sides[2], sides[3]);
        }
        return switch (text("padding", field)) {
            case "same" -> Padding.same();
            case "valid", "0" -> Padding.valid();
            default -> Padding.explicit(window("padding", field));
        };
    }

    /** Names of layers, one or a list; none where they are not said. */
    List<String> names(String key) throws DataException {
        YamlNode field = field(key);
        if (field == null) {
            return List.of();
        }
        List<String> names = new ArrayList<>();
        for (YamlNode one : field.isList() ? field.list() : List.of(field)) {
            names.add(text(key, one));
        }
        return names;
    }

    /** Refuses what nobody asked for. */
    void requireNothingElse() throws DataException {
        for (Map.Entry<String, YamlNode> field : fields.entrySet()) {
            if (!asked.contains(field.getKey())) {
                throw error(
                        field.getValue().line(),
                        "there is no " + field.getKey() + " here: " + String.join(", ", new TreeSet<>(asked)));
            }
        }
    }
}
