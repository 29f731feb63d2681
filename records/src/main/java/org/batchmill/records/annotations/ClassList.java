package org.batchmill.records.annotations;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.batchmill.records.ClassNames;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.Labels;
import org.batchmill.records.TextFields;
import org.batchmill.records.TextFile;
import org.batchmill.records.image.ImageHeader;
import org.batchmill.records.image.ImageNames;
import org.batchmill.records.storage.StoreAwayException;

/**
 * A list of images with a class each: lines {@code PATH CLASS} of a text, or rows of a table. A table has a line of names, of which one
 * is that of the class and another may be that of a list ({@code split}), or two columns. Paths are relative to the list.
 */
final class ClassList {

    private static final Pattern LABEL = Pattern.compile("(class|label|category|target)([ _-]?(name|id|index))?");
    private static final Pattern SPLIT = Pattern.compile("split|set|subset|partition");
    private static final Pattern BOX = Pattern.compile("(?s)(xmin|x_min|x1|bbox.*)");
    private static final Pattern ANGLE = Pattern.compile("(?s)steering.*|angle");

    /** What a class is not: a measure, or one of the numbers of a box. */
    private static final Pattern MEASURE = Pattern.compile("[-+]?\\d*\\.\\d+([eE][-+]?\\d+)?|-\\d+");

    private static final Pattern NUMBER = Pattern.compile("[-+\\d.]+");

    private ClassList() {}

    /** Whether the first lines of a file are those of such a list. */
    static boolean isOne(Path file) throws IOException {
        List<String> start;
        try {
            start = start(file);
        } catch (StoreAwayException e) {
            throw e;
        } catch (IOException e) {
            return false; // it is no text, which whoever reads it says
        }
        if (start.isEmpty()) {
            return false;
        }
        if (Columns.of(start) != null) {
            return true;
        }
        int end = endOfPath(start.get(0));
        return end > 0 && isClass(start.get(0).substring(end).strip());
    }

    private static List<String> start(Path file) throws IOException {
        List<String> start = new ArrayList<>();
        try (BufferedReader reader = TextFile.reader(file)) {
            for (String line = reader.readLine(); line != null && start.size() < 2; line = reader.readLine()) {
                if (!line.isBlank()) {
                    start.add(line.strip());
                }
            }
        }
        return start;
    }

    /** The folder of the data set: the list's, or the one above where the first image lies there and not in the list's. */
    static Path root(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        Path above = folder.getParent();
        List<String> start = start(file);
        Columns columns = Columns.of(start);
        String first = start.get(columns != null && columns.named ? 1 : 0);
        Row row = columns == null ? row(first) : columns.row(first);
        boolean isAbove = above != null
                && row.flaw == null
                && YoloLists.locate(folder, folder, row.image) == null
                && YoloLists.locate(above, folder, row.image) != null;
        return isAbove ? above : folder;
    }

    private static boolean isClass(String label) {
        return !label.isEmpty() && !MEASURE.matcher(label).matches() && !isBox(label);
    }

    private static boolean isBox(String label) {
        String[] parts = label.split("[ ,]", -1);
        return parts.length > 1
                && Arrays.stream(parts).allMatch(part -> NUMBER.matcher(part).matches());
    }

    /**
     * Reads a list.
     *
     * @param root the folder that no path may lead out of
     */
    static Listing read(Path root, Path file, FolderOptions options) throws IOException {
        List<String> lines = TextFile.lines(file);
        List<String> start =
                lines.stream().filter(line -> !line.isEmpty()).limit(2).toList();
        Columns columns = Columns.of(start);
        boolean named = columns != null && columns.named;
        ImageFinder finder = new ImageFinder(root);
        List<Path> folders = List.of(file.toAbsolutePath().getParent(), root);
        EntryList entries = new EntryList();
        List<Label> labels = new ArrayList<>();
        int twice = 0;
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).isEmpty()) {
                continue;
            }
            if (named) {
                named = false;
                continue;
            }
            String where = file + ": line " + (i + 1);
            Row row = columns == null ? row(lines.get(i)) : columns.row(lines.get(i));
            Label label = new Label(where, row.label, row.flaw);
            Path image;
            try {
                image = row.flaw == null ? finder.find(folders, row.image, where) : standIn(file, i);
            } catch (DataException e) {
                image = standIn(file, i);
                label = new Label(where, row.label, e.reason());
            }
            Entry entry = FolderFiles.entry(root, image);
            int place = row.split.isEmpty() ? entries.add(entry) : entries.add(entry, row.split);
            if (place == labels.size()) {
                labels.add(label);
            } else {
                twice++;
                labels.set(place, labels.get(place).and(label));
            }
        }
        if (labels.isEmpty()) {
            throw new DataException(Kind.MISSING, file.toString(), "it names no image with its class");
        }
        List<String> notices = twice == 0
                ? List.of()
                : List.of(file + ": " + twice + " lines name an image again, which is taken once");
        return new ListedClasses(entries, labels, options, notices);
    }

    /** Stands for a line that has no image that could. */
    private static Path standIn(Path file, int line) {
        return file.resolveSibling(file.getFileName() + "#line " + (line + 1));
    }

    private static Row row(String line) {
        int end = endOfPath(line);
        return end < 0
                ? Row.bad("it is no image with its class")
                : Row.of(line.substring(0, end), line.substring(end).strip(), "");
    }

    /** Where the class begins behind the first part of a line that is named as an image; -1 if there is none. */
    private static int endOfPath(String line) {
        for (int i = 1; i < Math.min(line.length(), FolderFiles.LONGEST_NAME); i++) {
            if (Character.isWhitespace(line.charAt(i)) && isImage(line.substring(0, i))) {
                return i;
            }
        }
        return -1;
    }

    private static boolean isImage(String path) {
        return ImageNames.isImage(path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1));
    }

    /** What a line says; {@code flaw} is null for nothing wrong. */
    private record Row(String image, String label, String split, String flaw) {

        static Row of(String image, String label, String split) {
            return isClass(label)
                    ? new Row(image, label, split, null)
                    : bad(label.isEmpty() ? "it names no class" : label + " is no class");
        }

        static Row bad(String flaw) {
            return new Row("", "", "", flaw);
        }
    }

    /** Where the fields of a table are; {@code split} is -1 for none, {@code named} whether the first line has their names. */
    private record Columns(char separator, int count, int image, int label, int split, boolean named) {

        /** Those of a table that begins with these lines; null if it is no table of images and their classes. */
        static Columns of(List<String> start) {
            char separator = start.isEmpty() ? ',' : TextFields.separator(start.get(0));
            List<List<String>> rows =
                    start.stream().map(line -> TextFields.of(line, separator)).toList();
            if (rows.isEmpty() || rows.get(0).size() < 2) {
                return null;
            }
            List<String> first = rows.get(0);
            int size = first.size();
            int image = imageIn(first);
            if (image >= 0) {
                return size == 2 && isClass(first.get(1 - image))
                        ? new Columns(separator, size, image, 1 - image, -1, false)
                        : null;
            }
            image = rows.size() < 2 || rows.get(1).size() != size ? -1 : imageIn(rows.get(1));
            List<String> names =
                    first.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
            int label = only(names, LABEL);
            if (label < 0 && size == 2 && only(names, ANGLE) < 0) {
                label = 1 - image;
            }
            boolean fits = image >= 0 && label >= 0 && label != image && only(names, BOX) < 0;
            return fits && isClass(rows.get(1).get(label))
                    ? new Columns(separator, size, image, label, only(names, SPLIT), true)
                    : null;
        }

        private static int imageIn(List<String> fields) {
            for (int i = 0; i < fields.size(); i++) {
                if (isImage(fields.get(i))) {
                    return i;
                }
            }
            return -1;
        }

        /** The first column of such a name; -1 if there is none. */
        private static int only(List<String> names, Pattern wanted) {
            for (int i = 0; i < names.size(); i++) {
                if (wanted.matcher(names.get(i)).matches()) {
                    return i;
                }
            }
            return -1;
        }

        Row row(String line) {
            List<String> fields = TextFields.of(line, separator);
            if (fields.size() != count) {
                return Row.bad(fields.size() + " values instead of " + count);
            }
            return Row.of(fields.get(image), fields.get(label), split < 0 ? "" : fields.get(split));
        }
    }

    /**
     * What a list says of an image.
     *
     * @param where the line
     * @param flaw  what is wrong with it; null for nothing
     */
    private record Label(String where, String name, String flaw) {

        /** Of two lines for one image. */
        Label and(Label again) {
            if (flaw != null || again.flaw != null || name.equals(again.name)) {
                return flaw == null && again.flaw != null ? again : this;
            }
            return new Label(
                    again.where,
                    name,
                    "the image is of the class " + name + " in another line, and here of " + again.name);
        }

        String checked() throws DataException {
            if (flaw != null) {
                throw new DataException(Kind.BAD_ANNOTATION, where, flaw);
            }
            return name;
        }
    }

    private record ListedClasses(
            EntryList entries, List<Label> labels, FolderOptions options, List<String> notices, List<String> classes)
            implements Listing {

        ListedClasses(EntryList entries, List<Label> labels, FolderOptions options, List<String> notices) {
            this(
                    entries,
                    labels,
                    options,
                    notices,
                    ClassNames.inOrder(labels.stream()
                            .filter(label -> label.flaw == null)
                            .map(label -> label.name)
                            .toList()));
        }

        @Override
        public void check(int entry) throws DataException {
            labels.get(entry).checked();
        }

        @Override
        public boolean needsImage() {
            return false;
        }

        @Override
        public Labels labels(int entry, ImageHeader image) throws DataException {
            Label label = labels.get(entry);
            String name = label.checked();
            options.rules().checkClass(name, label.where);
            return new Labels.ClassLabel(name);
        }

        @Override
        public List<String> classNames(int entry) throws DataException {
            return List.of(labels.get(entry).checked());
        }
    }
}
