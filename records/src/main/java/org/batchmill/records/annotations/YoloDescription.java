package org.batchmill.records.annotations;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.JsonFile;
import org.batchmill.records.TextFile;
import org.batchmill.records.YamlTree;
import org.batchmill.records.storage.Storage;

/**
 * The file that describes a data set of YOLO's: ultralytics' {@code data.yaml}, under that or another name, or darknet's {@code
 * obj.data}.
 *
 * @param file           itself
 * @param classes        the names in label order; empty if it gives none
 * @param lists          where the images of each list are, in its own words
 * @param keyPointValues how many values of key points follow a box, {@code kpt_shape}; 0 for none
 */
record YoloDescription(Path file, List<String> classes, Map<String, List<String>> lists, int keyPointValues) {

    /** Made when a file is read: every folder is asked whether it holds one, and the parser takes its time to load. */
    private static final class Yaml {

        /** A class may be called {@code no} or {@code off}. */
        static final ObjectMapper MAPPER = new ObjectMapper(new YAMLFactory()
                .enable(YAMLParser.Feature.PARSE_BOOLEAN_LIKE_WORDS_AS_STRINGS)
                .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION));
    }

    /** Their keys, and the lists that they are; darknet and Roboflow call the validation list {@code valid}. */
    private static final Map<String, String> LISTS =
            Map.of("train", "train", "val", "val", "valid", "val", "validation", "val", "test", "test");

    private static final List<String> YAML =
            List.of("names", "nc", "path", "train", "val", "valid", "validation", "test");

    private static final List<String> DARKNET = List.of("names", "labels", "classes", "train", "valid", "val", "test");

    /**
     * The description in a folder; null if there is none.
     *
     * @throws DataException if it is damaged, or there are two and none of the usual name
     */
    static YoloDescription find(Path root) throws IOException {
        Path file = file(root);
        return file == null ? null : read(root, file);
    }

    /**
     * The description in a file.
     *
     * @throws DataException if it is damaged
     */
    static YoloDescription read(Path root, Path file) throws IOException {
        return isYaml(file) ? ofYaml(root, file) : ofDarknet(root, file);
    }

    /**
     * The data set's folder of a file that the user named: the file's own, unless nothing of the data set is there and its {@code path} leads
     * to another, as seen from the file or from the working folder.
     */
    static Path root(Path file) throws IOException {
        Path own = file.toAbsolutePath().getParent();
        if (!isYaml(file) || Files.size(file) > TextFile.LARGEST_CONFIGURATION) {
            return own;
        }
        JsonNode description;
        try {
            description = YamlTree.read(Yaml.MAPPER, TextFile.read(file));
        } catch (JsonProcessingException | DataException e) {
            return own; // told where it is read
        }
        String path = description.path("path").asText("").strip().replace('\\', '/');
        if (path.isEmpty() || path.length() > FolderFiles.LONGEST_NAME || hasAList(own, description)) {
            return own;
        }
        try {
            // What lies in a store does not lead to this machine.
            Path working = Storage.isLocal(own) ? Path.of("").toAbsolutePath() : own;
            for (Path from : List.of(own, working)) {
                Path folder = from.resolve(path).normalize();
                if (Files.isDirectory(folder)) {
                    return folder;
                }
            }
        } catch (InvalidPathException e) {
            return own; // of another system
        }
        return own;
    }

    private static boolean hasAList(Path folder, JsonNode description) {
        for (String key : LISTS.keySet()) {
            JsonNode where = description.path(key);
            for (JsonNode one : where.isArray() ? where : List.of(where)) {
                if (one.isTextual() && YoloLists.locate(folder, folder, one.asText()) != null) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether a file may be one by its name. */
    static boolean isCalledLikeOne(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.matches("(?s).*\\.ya?ml") || lower.endsWith(".data");
    }

    /** Whether a folder has one. */
    static boolean isIn(Path root) throws IOException {
        return !files(root).isEmpty();
    }

    private static Path file(Path root) throws IOException {
        List<Path> found = files(root);
        if (found.size() > 1) {
            throw new DataException(
                    Kind.BAD_ANNOTATION,
                    root.toString(),
                    "both " + found.get(0).getFileName() + " and "
                            + found.get(1).getFileName() + " describe the data set; leave one, or call it data.yaml");
        }
        return found.isEmpty() ? null : found.get(0);
    }

    private static List<Path> files(Path root) throws IOException {
        for (String usual : List.of("data.yaml", "data.yml", "obj.data")) {
            if (Files.isRegularFile(root.resolve(usual))) {
                return List.of(root.resolve(usual));
            }
        }
        if (!Files.isDirectory(root)) {
            return List.of();
        }
        List<Path> found = new ArrayList<>();
        try (Stream<Path> files = Files.list(root)) {
            for (Path file : files.sorted().toList()) {
                if (describes(file)) {
                    found.add(file);
                }
            }
        }
        return found;
    }

    /** Whether a file of another name is one: it gives classes, and a list of images or the folder that they are in. */
    private static boolean describes(Path file) throws IOException {
        String name = file.getFileName().toString();
        if (name.startsWith(".")
                || !isCalledLikeOne(name)
                || !Files.isRegularFile(file)
                || Files.size(file) > TextFile.LARGEST_CONFIGURATION) {
            return false;
        }
        try {
            if (!isYaml(file)) {
                Map<String, String> values = darknet(file);
                return values.containsKey("names") && values.containsKey("train");
            }
            JsonNode root = YamlTree.read(Yaml.MAPPER, TextFile.read(file));
            return root.isObject()
                    && (root.has("names") || root.has("nc"))
                    && (root.has("path") || LISTS.keySet().stream().anyMatch(root::has));
        } catch (JsonProcessingException | DataException e) {
            return false;
        }
    }

    static boolean isYaml(Path file) {
        return file.toString().toLowerCase(Locale.ROOT).matches("(?s).*\\.ya?ml");
    }

    private static YoloDescription ofYaml(Path root, Path file) throws IOException {
        JsonNode description;
        try {
            description = YamlTree.read(Yaml.MAPPER, TextFile.readConfiguration(file));
        } catch (JsonProcessingException e) {
            throw JsonFile.malformed(file, e);
        }
        requireSense(description.properties().stream().map(Map.Entry::getKey).toList(), YAML, file);
        Map<String, List<String>> lists = new LinkedHashMap<>();
        String path = place(description.path("path"), "path", file);
        for (String key : List.of("train", "val", "valid", "validation", "test")) {
            JsonNode where = description.path(key);
            for (JsonNode one : where.isArray() ? where : List.of(where)) {
                String text = place(one, key, file);
                if (!text.isEmpty()) {
                    boolean whole = path.isEmpty() || text.matches("(?s)([A-Za-z]:)?[/\\\\].*");
                    lists.computeIfAbsent(LISTS.get(key), list -> new ArrayList<>())
                            .add(whole ? text : path + "/" + text);
                }
            }
        }
        List<String> classes = names(root, description, file);
        return new YoloDescription(file, classes, lists, keyPointValues(description.path("kpt_shape"), file));
    }

    /** The place that a value names, empty if it names none; a folder may be called by a number. */
    private static String place(JsonNode value, String key, Path file) throws DataException {
        if (value.isMissingNode() || value.isNull()) {
            return "";
        }
        if (!value.isTextual() && !value.isIntegralNumber()) {
            throw new DataException(
                    Kind.BAD_ANNOTATION, file + ": " + key, "it is the place of the data, and no " + kind(value));
        }
        return value.asText().strip();
    }

    private static String kind(JsonNode value) {
        return switch (value.getNodeType()) {
            case OBJECT -> "map";
            case ARRAY -> "list of lists";
            default -> value.toString();
        };
    }

    /** A file that is there says something: an empty one was cut off, and classes would be called by their numbers. */
    private static void requireSense(Collection<String> given, List<String> known, Path file) throws DataException {
        if (known.stream().noneMatch(given::contains)) {
            throw new DataException(
                    Kind.BAD_ANNOTATION,
                    file.toString(),
                    "it describes nothing: it has none of " + String.join(", ", known));
        }
    }

    private static int keyPointValues(JsonNode shape, Path file) throws DataException {
        if (shape.isMissingNode() || shape.isNull()) {
            return 0;
        }
        int count = shape.path(0).asInt();
        int each = shape.path(1).asInt();
        if (shape.size() != 2 || count < 1 || count > 1000 || each < 2 || each > 3) {
            throw new DataException(
                    Kind.BAD_ANNOTATION, file + ": kpt_shape", "it is [number of points, 2 or 3], not " + shape);
        }
        return count * each;
    }

    /** A list of names, a map from numbers to names, or the name of a file of them. */
    private static List<String> names(Path root, JsonNode description, Path yaml) throws IOException {
        String where = yaml + ": names";
        JsonNode names = description.path("names");
        List<String> classes = new ArrayList<>();
        if (names.isArray()) {
            for (JsonNode name : names) {
                classes.add(name(name, where));
            }
        } else if (names.isObject()) {
            Map<Long, String> byNumber = new TreeMap<>();
            for (Map.Entry<String, JsonNode> name : names.properties()) {
                if (byNumber.put(Numbers.parseIndex(name.getKey(), where), name(name.getValue(), where)) != null) {
                    throw new DataException(Kind.BAD_ANNOTATION, where, "the class " + name.getKey() + " stands twice");
                }
            }
            classes.addAll(byNumber.values());
            if (!byNumber.isEmpty() && ((TreeMap<Long, String>) byNumber).lastKey() != classes.size() - 1) {
                throw new DataException(Kind.BAD_ANNOTATION, where, "the class numbers have a gap");
            }
        } else if (names.isTextual()) {
            classes.addAll(namesFile(root, yaml, names.asText(), where));
        } else if (!names.isMissingNode() && !names.isNull()) {
            throw new DataException(Kind.BAD_ANNOTATION, where, "it is neither a list nor a map: " + names);
        }
        YoloClasses.refuseTwice(classes, where);
        return counted(classes, description.path("nc"), yaml + ": nc");
    }

    private static String name(JsonNode name, String where) throws DataException {
        if (!name.isValueNode() || name.isNull()) {
            throw new DataException(Kind.BAD_ANNOTATION, where, name + " is no name of a class");
        }
        return name.asText().strip();
    }

    private static List<String> namesFile(Path root, Path yaml, String name, String where) throws IOException {
        Path file = YoloLists.locate(root, root, name);
        if (file == null) {
            Path beside = yaml.toAbsolutePath().getParent();
            file = YoloLists.locate(beside, beside, name);
        }
        if (file == null || !Files.isRegularFile(file)) {
            throw new DataException(Kind.MISSING, where, "there is no file " + name + " in " + root);
        }
        return YoloClasses.read(file);
    }

    /** Classes without names are called by their numbers. */
    private static List<String> counted(List<String> classes, JsonNode count, String where) throws DataException {
        if (count.isMissingNode() || count.isNull()) {
            return classes;
        }
        long number = Numbers.parseIndex(count.asText(), where);
        if (classes.isEmpty() && number <= 100_000) {
            return IntStream.range(0, (int) number).mapToObj(Integer::toString).toList();
        }
        if (number != classes.size()) {
            throw new DataException(
                    Kind.BAD_ANNOTATION, where, number + " classes, but " + classes.size() + " have names");
        }
        return classes;
    }

    private static YoloDescription ofDarknet(Path root, Path file) throws IOException {
        Map<String, String> values = darknet(file);
        requireSense(values.keySet(), DARKNET, file);
        Map<String, List<String>> lists = new LinkedHashMap<>();
        for (String key : List.of("train", "valid", "val", "test")) {
            String where = values.getOrDefault(key, "");
            if (!where.isEmpty()) {
                lists.computeIfAbsent(LISTS.get(key), list -> new ArrayList<>()).add(where);
            }
        }
        String names = values.getOrDefault("names", values.getOrDefault("labels", ""));
        List<String> classes = names.isEmpty() ? List.of() : namesFile(root, file, names, file + ": names");
        JsonNode count = Yaml.MAPPER.valueToTree(values.get("classes"));
        return new YoloDescription(file, counted(classes, count, file + ": classes"), lists, 0);
    }

    /** Lines {@code key = value}; a line that begins with # or ; is a comment. */
    private static Map<String, String> darknet(Path file) throws IOException {
        Map<String, String> values = new LinkedHashMap<>();
        for (String line : TextFile.lines(file)) {
            int equals = line.indexOf('=');
            if (equals > 0 && !line.startsWith("#") && !line.startsWith(";")) {
                values.put(
                        line.substring(0, equals).strip(),
                        line.substring(equals + 1)
                                .replaceFirst("(?s)\\s#.*", "")
                                .strip());
            }
        }
        return values;
    }
}
