package org.batchmill.records.annotations;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.TextFile;

/** Finds the text files of images. Each folder is listed once, since suffixes may be in upper case. Used by one thread. */
final class YoloTexts {

    private final Path root;
    private final Map<Path, Map<String, Path>> folders = new TreeMap<>();

    YoloTexts(Path root) {
        this.root = root;
    }

    /** The text file of an image, in {@code labels/} or beside it; null if it has none. */
    Path of(Entry entry) throws IOException {
        Path relative = root.relativize(entry.image());
        String stem = FolderFiles.stem(relative.getFileName().toString());
        for (int i = relative.getNameCount() - 2; i >= 0; i--) {
            if (relative.getName(i).toString().equalsIgnoreCase("images")) {
                Path above = i == 0 ? root : root.resolve(relative.subpath(0, i));
                Path labels = FolderFiles.folder(above, "labels");
                if (labels != null) {
                    Path parent = relative.subpath(i, relative.getNameCount()).getParent();
                    Path below = parent.getNameCount() == 1
                            ? labels
                            : labels.resolve(parent.subpath(1, parent.getNameCount()));
                    Path file = texts(below).get(stem);
                    if (file != null) {
                        return file;
                    }
                }
                break;
            }
        }
        Path beside = relative.getParent() == null ? root : root.resolve(relative.getParent());
        return texts(beside).get(stem);
    }

    private Map<String, Path> texts(Path folder) throws IOException {
        Map<String, Path> known = folders.get(folder);
        if (known == null) {
            known = textsIn(folder);
            folders.put(folder, known);
        }
        return known;
    }

    private static Map<String, Path> textsIn(Path folder) throws IOException {
        Map<String, Path> texts = new HashMap<>();
        for (Path file : FolderFiles.filesIn(folder, ".txt")) {
            Path other = texts.putIfAbsent(FolderFiles.stem(file.getFileName().toString()), file);
            if (other != null) {
                throw new DataException(Kind.BAD_ANNOTATION, file.toString(), other.getFileName() + " lies beside it");
            }
        }
        return texts;
    }

    /** The folders that were looked into, sorted. */
    Set<Path> folders() {
        Set<Path> all = new HashSet<>(folders.keySet());
        Path labels = FolderFiles.folder(root, "labels");
        if (labels != null) {
            all.add(labels);
        }
        return new TreeSet<>(all);
    }

    /** Says aloud which text files in folders of labels are no image's. */
    void notice(List<Path> used, List<String> notices) throws IOException {
        Set<Path> taken = new HashSet<>(used);
        List<Path> parents = new ArrayList<>(FolderFiles.foldersIn(root));
        parents.add(root);
        List<Path> left = new ArrayList<>();
        for (Path parent : parents) {
            Path labels = FolderFiles.folder(parent, "labels");
            if (labels != null) {
                FolderFiles.filesBelow(labels, ".txt").stream()
                        .filter(file -> !taken.contains(file) && !YoloClasses.isList(file))
                        .forEach(left::add);
            }
        }
        if (!left.isEmpty()) {
            left.sort(null);
            notices.add(left.size() + " text files have no image: " + left.get(0)
                    + (left.size() > 1 ? " and others" : "") + "; they are passed over");
        }
    }

    /** Whether there is an image with a text file beside it that holds objects; the first that holds anything tells. */
    static boolean besideImages(Path folder) throws IOException {
        Map<String, Path> texts = textsIn(folder);
        List<Path> images = texts.isEmpty() ? List.of() : FolderFiles.imagesIn(folder);
        for (Path image : images) {
            Path text = texts.get(FolderFiles.stem(image.getFileName().toString()));
            if (text != null && Files.size(text) > 0) {
                return looksLikeLabels(text);
            }
        }
        return false;
    }

    private static boolean looksLikeLabels(Path text) throws IOException {
        try {
            return TextFile.lines(text).stream()
                    .filter(line -> !line.isEmpty())
                    .findFirst()
                    .filter(YoloLine::looksLikeOne)
                    .isPresent();
        } catch (DataException e) {
            return false;
        }
    }
}
