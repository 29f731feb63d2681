package org.batchmill.train.darknet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.batchmill.records.DataException;
import org.batchmill.records.TextFile;

/**
 * The text of a configuration: sections in brackets, {@code key=value} lines, comments behind {@code #} or {@code ;} at the start of a
 * line. Of a key that a section says twice the first holds, as in the reference. Keys that nobody asks for are told by {@link #unused()}.
 */
final class ConfigFile {

    private static final long LARGEST = 1 << 20;

    private final String name;
    private final List<Section> sections = new ArrayList<>();

    private ConfigFile(String name) {
        this.name = name;
    }

    /** One section and what it says. */
    final class Section {
        private final String type;
        private final int line;
        private final Map<String, String> values = new LinkedHashMap<>();
        private final Map<String, Integer> lines = new LinkedHashMap<>();
        private final List<String> repeated = new ArrayList<>();
        private final Set<String> used = new TreeSet<>();

        private Section(String type, int line) {
            this.type = type;
            this.line = line;
        }

        private void put(String key, String value, int number) {
            if (values.putIfAbsent(key, value) == null) {
                lines.put(key, number);
            } else {
                repeated.add("line " + number + ": " + key);
            }
        }

        String type() {
            return type;
        }

        int line() {
            return line;
        }

        boolean has(String key) {
            return values.containsKey(key);
        }

        String text(String key, String otherwise) {
            used.add(key);
            return values.getOrDefault(key, otherwise);
        }

        int integer(String key, int otherwise) throws DataException {
            double value = number(key, otherwise);
            if (value != Math.rint(value) || Math.abs(value) > Integer.MAX_VALUE) {
                throw error(key, values.get(key) + " is no whole number");
            }
            return (int) value;
        }

        /** An integer of at least {@code least}. */
        int integer(String key, int otherwise, int least) throws DataException {
            int value = integer(key, otherwise);
            if (value < least) {
                throw error(key, key + "=" + value + " is below " + least);
            }
            return value;
        }

        double number(String key, double otherwise) throws DataException {
            used.add(key);
            String value = values.get(key);
            return value == null ? otherwise : parse(key, value);
        }

        /** A number that a float holds. */
        float decimal(String key, double otherwise) throws DataException {
            float value = (float) number(key, otherwise);
            if (Float.isInfinite(value)) {
                throw error(key, key + "=" + values.get(key) + " is larger than a float");
            }
            return value;
        }

        List<Double> numbers(String key) throws DataException {
            List<Double> numbers = new ArrayList<>();
            for (String word : text(key, "").split(",", -1)) {
                if (!word.isBlank()) {
                    numbers.add(parse(key, word.trim()));
                }
            }
            return numbers;
        }

        /** Refuses a key that changes what the section means in a way that we do not have. */
        void requireZero(String key) throws DataException {
            if (number(key, 0) != 0) {
                throw unsupported(key, "[" + type + "] with " + key + "=" + values.get(key));
            }
        }

        private double parse(String key, String value) throws DataException {
            try {
                double number = Double.parseDouble(value);
                if (Double.isFinite(number)) {
                    return number;
                }
            } catch (NumberFormatException e) {
                // Reported below, as what is not finite.
            }
            throw error(key, key + "=" + value + " is no number");
        }

        DataException error(String key, String reason) {
            return failure(DataException.Kind.CORRUPT, key, reason);
        }

        DataException unsupported(String key, String what) {
            return failure(DataException.Kind.UNSUPPORTED, key, what + " is not supported");
        }

        private DataException failure(DataException.Kind kind, String key, String reason) {
            return new DataException(kind, name + ": line " + lines.getOrDefault(key, line), reason);
        }
    }

    static ConfigFile read(Path file) throws IOException {
        if (Files.size(file) > LARGEST) {
            throw new DataException(
                    DataException.Kind.TOO_LARGE, file.toString(), "a configuration has at most " + LARGEST + " bytes");
        }
        return parse(file.toString(), TextFile.lines(file));
    }

    static ConfigFile parse(String name, List<String> lines) throws DataException {
        ConfigFile file = new ConfigFile(name);
        Section section = null;
        for (int number = 1; number <= lines.size(); number++) {
            String line = lines.get(number - 1).replaceAll("\\s", "");
            if (line.isEmpty() || line.startsWith("#") || line.startsWith(";")) {
                continue;
            }
            if (line.startsWith("[") && line.endsWith("]")) {
                section = file.new Section(line.substring(1, line.length() - 1), number);
                file.sections.add(section);
                continue;
            }
            int equals = line.indexOf('=');
            if (section == null || equals < 1) {
                throw new DataException(
                        DataException.Kind.CORRUPT,
                        name + ": line " + number,
                        section == null ? "stands before the first section" : "is neither [section] nor key=value");
            }
            section.put(line.substring(0, equals), line.substring(equals + 1), number);
        }
        return file;
    }

    List<Section> sections() {
        return sections;
    }

    String name() {
        return name;
    }

    /** Keys that were not asked for or said again, as {@code line 3: key}. */
    List<String> unused() {
        List<String> unused = new ArrayList<>();
        for (Section section : sections) {
            for (String key : section.values.keySet()) {
                if (!section.used.contains(key)) {
                    unused.add("line " + section.lines.get(key) + ": " + key);
                }
            }
            unused.addAll(section.repeated);
        }
        return unused;
    }
}
