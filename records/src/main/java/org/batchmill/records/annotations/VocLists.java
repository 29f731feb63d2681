package org.batchmill.records.annotations;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.batchmill.records.TextFile;

/**
 * The lists in {@code ImageSets/Main/}, or in {@code ImageSets/} itself: a name a line, which may have spaces, a suffix or folders in
 * it. Lists that are named after a class and one of the others, as {@code cat_train}, give each name with 1, 0 or -1; they say nothing
 * that the annotations do not.
 */
final class VocLists {

    private static final String FLAGGED = ".+\\s(-1|0|1)";

    private VocLists() {}

    /**
     * The lines of each list, by its name.
     *
     * @param isImage whether there is an image of a name
     */
    static Map<String, List<String>> read(Path root, Predicate<String> isImage) throws IOException {
        Map<String, List<String>> lists = new LinkedHashMap<>();
        Optional<Path> sets = child(root, "imagesets");
        Optional<Path> main = sets.isPresent() ? child(sets.get(), "main") : Optional.empty();
        List<Path> files = main.isPresent() ? FolderFiles.filesIn(main.get(), ".txt") : List.of();
        if (files.isEmpty() && sets.isPresent()) {
            files = FolderFiles.filesIn(sets.get(), ".txt");
        }
        for (Path file : files) {
            String name = FolderFiles.stem(file.getFileName().toString());
            List<String> lines = TextFile.lines(file).stream()
                    .filter(line -> !line.isEmpty())
                    .toList();
            if (!lines.isEmpty() && !isOfAClass(name, lines, isImage)) {
                lists.put(name, lines);
            }
        }
        return lists;
    }

    /** Whether a folder has lists. */
    static boolean areIn(Path folder) throws IOException {
        return child(folder, "imagesets").isPresent();
    }

    private static Optional<Path> child(Path folder, String name) throws IOException {
        return FolderFiles.foldersIn(folder).stream()
                .filter(child ->
                        child.getFileName().toString().toLowerCase(Locale.ROOT).equals(name))
                .findFirst();
    }

    private static boolean isOfAClass(String list, List<String> lines, Predicate<String> isImage) {
        if (!lines.stream().allMatch(line -> line.matches(FLAGGED))
                || lines.stream().anyMatch(isImage)) {
            return false;
        }
        return list.matches("(?s).+_(train|val|trainval|test)")
                || (!list.matches("train|val|trainval|test")
                        && lines.stream()
                                .allMatch(line -> isImage.test(
                                        line.substring(0, line.length() - 2).strip())));
    }
}
