package org.batchmill.records.annotations;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.TextFile;

/**
 * The lists of class names that lie beside YOLO's text files, a name a line, numbered from 0: {@code classes.txt} as labelImg and Label
 * Studio write it, {@code obj.names} and the like as darknet has it, {@code _darknet.labels} as Roboflow does. They are told by their
 * names alone.
 */
final class YoloClasses {

    private static final Set<String> NAMES = Set.of("classes.txt", "_darknet.labels");

    private YoloClasses() {}

    /** Whether a file is named like a list of classes. */
    static boolean isList(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        return !name.startsWith(".") && (NAMES.contains(name) || name.endsWith(".names"));
    }

    /** The lists in a folder itself, sorted. */
    static List<Path> listsIn(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> isList(file) && Files.isRegularFile(file))
                    .sorted()
                    .toList();
        }
    }

    /**
     * The names that all lists in some folders agree on; empty if there is no list.
     *
     * @throws DataException if two lists differ: a number would be one class or another
     */
    static List<String> in(Iterable<Path> folders) throws IOException {
        List<String> names = List.of();
        Path first = null;
        for (Path folder : folders) {
            for (Path list : listsIn(folder)) {
                List<String> its = read(list);
                if (first == null) {
                    first = list;
                    names = its;
                } else if (!its.equals(names)) {
                    throw new DataException(
                            Kind.BAD_ANNOTATION,
                            list.toString(),
                            "it names the classes " + String.join(", ", its) + ", but " + first + " names them "
                                    + String.join(", ", names));
                }
            }
        }
        return names;
    }

    /**
     * Reads a list.
     *
     * @throws DataException if a line between others is empty, for which some programs count a class and others do not, or a name stands
     *                       twice
     */
    static List<String> read(Path list) throws IOException {
        List<String> lines = new ArrayList<>(TextFile.lines(list));
        while (!lines.isEmpty() && lines.get(lines.size() - 1).isEmpty()) {
            lines.remove(lines.size() - 1);
        }
        int empty = lines.indexOf("");
        if (empty >= 0) {
            throw new DataException(
                    Kind.BAD_ANNOTATION,
                    list + ": line " + (empty + 1),
                    "the line is empty: the numbers of the classes behind it are not certain");
        }
        refuseTwice(lines, list.toString());
        return lines;
    }

    /** @throws DataException if a class has two numbers, or no name */
    static void refuseTwice(List<String> names, String where) throws DataException {
        Map<String, Integer> numbers = new HashMap<>();
        for (int i = 0; i < names.size(); i++) {
            if (names.get(i).isBlank()) {
                throw new DataException(Kind.BAD_ANNOTATION, where, "the class " + i + " has no name");
            }
            Integer other = numbers.putIfAbsent(names.get(i), i);
            if (other != null) {
                throw new DataException(
                        Kind.BAD_ANNOTATION,
                        where,
                        "the classes " + other + " and " + i + " are both named " + names.get(i));
            }
        }
    }
}
