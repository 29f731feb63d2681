package org.batchmill.records.annotations;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.batchmill.records.Box;
import org.batchmill.records.BoxRules;
import org.batchmill.records.BoxRules.PixelBox;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.ImageHeader;
import org.batchmill.records.Labels;
import org.batchmill.records.TextFile;

/**
 * YOLO's text files: {@code labels/x.txt} for {@code images/x.jpg}, or beside it, a line an object: class number, centre x,
 * centre y, width, height, in fractions of the picture. {@code data.yaml} names the classes and the lists {@code train}, {@code
 * val} and {@code test}; without it the classes are in {@code classes.txt} or are numbers. A picture without a text file has no
 * objects, as in the programs that defined the format. Paths in {@code data.yaml} are taken within the data set's folder: those
 * of the machine that made it mean nothing here.
 */
final class YoloFormat implements FolderFormat {

    private static final List<String> LISTS = List.of("train", "val", "test");
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    @Override
    public boolean fits(Path root) throws IOException {
        if (Files.isRegularFile(root.resolve("data.yaml"))) {
            return true;
        }
        return Files.isDirectory(root.resolve("images")) && Files.isDirectory(root.resolve("labels"));
    }

    @Override
    public Listing list(Path root, FolderOptions options) throws IOException {
        EntryList entries = new EntryList();
        List<String> classes = new ArrayList<>();
        Path yaml = root.resolve("data.yaml");
        if (Files.isRegularFile(yaml)) {
            JsonNode description = readYaml(yaml);
            classes.addAll(names(description, yaml));
            for (String list : LISTS) {
                JsonNode where = description.path(list);
                for (JsonNode one : where.isArray() ? where : List.of(where)) {
                    addList(root, yaml, one, list, entries);
                }
            }
        } else if (Files.isRegularFile(root.resolve("classes.txt"))) {
            TextFile.lines(root.resolve("classes.txt")).stream()
                    .filter(line -> !line.isEmpty())
                    .forEach(classes::add);
        }
        if (entries.entries().isEmpty()) {
            addFolders(root, entries);
        }
        return new YoloListing(root, entries, classes, options.rules());
    }

    private static JsonNode readYaml(Path yaml) throws IOException {
        try {
            return YAML.readTree(TextFile.read(yaml));
        } catch (JsonProcessingException e) {
            throw FolderFiles.malformed(yaml, e);
        }
    }

    /** A list of names, or a map from numbers to names. */
    private static List<String> names(JsonNode description, Path yaml) throws DataException {
        JsonNode names = description.path("names");
        List<String> classes = new ArrayList<>();
        if (names.isArray()) {
            names.forEach(name -> classes.add(name.asText()));
        } else if (names.isObject()) {
            Map<Long, String> byNumber = new TreeMap<>();
            for (Map.Entry<String, JsonNode> name : names.properties()) {
                byNumber.put(
                        Numbers.parseIndex(name.getKey(), yaml + ": names"),
                        name.getValue().asText());
            }
            classes.addAll(byNumber.values());
            if (!byNumber.isEmpty() && ((TreeMap<Long, String>) byNumber).lastKey() != classes.size() - 1) {
                throw new DataException(Kind.BAD_ANNOTATION, yaml + ": names", "the class numbers have a gap");
            }
        }
        return classes;
    }

    private static void addList(Path root, Path yaml, JsonNode where, String list, EntryList entries)
            throws IOException {
        if (!where.isTextual() || where.asText().isBlank()) {
            return;
        }
        String name = where.asText().strip().replace('\\', '/').replaceFirst("^(\\.{1,2}/)+", "");
        Path place = locate(root, name);
        if (place == null) {
            if (list.equals("test")) {
                return; // many data sets name a list of tests that they do not come with
            }
            throw new DataException(
                    Kind.MISSING, yaml + ": " + list, "there is nothing at " + where.asText() + " in " + root);
        }
        if (Files.isDirectory(place)) {
            for (Path picture : FolderFiles.picturesBelow(place)) {
                entries.add(FolderFiles.entry(root, picture), list);
            }
            return;
        }
        for (String line : TextFile.lines(place)) {
            if (!line.isEmpty()) {
                Path picture = FolderFiles.inside(root, root, line.replaceFirst("^(\\./)+", ""), place.toString());
                entries.add(FolderFiles.entry(root, picture), list);
            }
        }
    }

    /** The place of that name in the folder, with leading parts taken away until something is there; null if nothing is. */
    private static Path locate(Path root, String name) {
        for (String rest = name; !rest.isEmpty(); rest = rest.substring(rest.indexOf('/') + 1)) {
            Path place = root.resolve(rest.replaceFirst("^/+", "")).normalize();
            if (place.startsWith(root.normalize()) && Files.exists(place)) {
                return place;
            }
            if (rest.indexOf('/') < 0) {
                break;
            }
        }
        return null;
    }

    private static void addFolders(Path root, EntryList entries) throws IOException {
        Path images = root.resolve("images");
        Path top = Files.isDirectory(images) ? images : root;
        for (Path picture : FolderFiles.picturesBelow(top)) {
            String below = FolderFiles.slashed(top.relativize(picture));
            String list = below.contains("/") ? below.substring(0, below.indexOf('/')) : "";
            Entry entry = FolderFiles.entry(root, picture);
            if (LISTS.contains(list)) {
                entries.add(entry, list);
            } else {
                entries.add(entry);
            }
        }
    }

    private record YoloListing(Path root, EntryList pictures, List<String> classes, BoxRules rules) implements Listing {

        @Override
        public boolean needsPicture() {
            return true;
        }

        /** The text file of a picture; null if it has none. */
        private Path textFile(int entry) {
            String id = pictures.entries().get(entry).id().value();
            int images = ("/" + id).lastIndexOf("/images/");
            String text = FolderFiles.stem(id) + ".txt";
            if (images >= 0) {
                Path inLabels = root.resolve(text.substring(0, images) + "labels" + text.substring(images + 6));
                if (Files.isRegularFile(inLabels)) {
                    return inLabels;
                }
            }
            Path beside = root.resolve(text);
            return Files.isRegularFile(beside) ? beside : null;
        }

        @Override
        public Labels labels(int entry, ImageHeader picture) throws IOException {
            Path file = textFile(entry);
            List<Box> boxes = new ArrayList<>();
            List<String> lines = file == null ? List.of() : TextFile.lines(file);
            for (int i = 0; i < lines.size(); i++) {
                if (!lines.get(i).isEmpty()) {
                    String where = file + ": line " + (i + 1);
                    PixelBox box = box(lines.get(i), picture, where);
                    rules.apply(box, picture.uprightWidth(), picture.uprightHeight(), where)
                            .ifPresent(boxes::add);
                }
            }
            return new Labels.Boxes(boxes);
        }

        private PixelBox box(String line, ImageHeader picture, String where) throws DataException {
            String[] fields = line.split("\\s+", -1);
            if (fields.length != 5) {
                throw new DataException(Kind.BAD_ANNOTATION, where, fields.length + " values instead of 5");
            }
            double x = Numbers.parse(fields[1], where);
            double y = Numbers.parse(fields[2], where);
            double halfWidth = Numbers.parse(fields[3], where) / 2;
            double halfHeight = Numbers.parse(fields[4], where) / 2;
            int width = picture.uprightWidth();
            int height = picture.uprightHeight();
            return new PixelBox(
                    className(fields[0], where),
                    (x - halfWidth) * width,
                    (y - halfHeight) * height,
                    (x + halfWidth) * width,
                    (y + halfHeight) * height,
                    false,
                    false);
        }

        private String className(String text, String where) throws DataException {
            long number = Numbers.parseIndex(text, where);
            if (classes.isEmpty()) {
                return Long.toString(number);
            }
            if (number >= classes.size()) {
                throw new DataException(
                        Kind.BAD_ANNOTATION, where, "the class " + number + " is not in 0 to " + (classes.size() - 1));
            }
            return classes.get((int) number);
        }

        @Override
        public List<String> classNames(int entry) throws IOException {
            Path file = textFile(entry);
            List<String> names = new ArrayList<>();
            for (String line : file == null ? List.<String>of() : TextFile.lines(file)) {
                if (!line.isEmpty()) {
                    names.add(className(line.split("\\s+", 2)[0], file.toString()));
                }
            }
            return names;
        }
    }
}
