package org.batchmill.records.annotations;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.batchmill.records.BoxRules;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.ImageHeader;
import org.batchmill.records.Labels;

/**
 * A folder a class, {@code CLASS/x.jpg}, or the same below {@code train/}, {@code val/} and {@code test/}. Classes are in
 * alphabetical order.
 */
final class ClassFolders implements FolderFormat {

    private static final Set<String> SPLITS = Set.of("train", "val", "valid", "test");

    @Override
    public boolean fits(Path root) throws IOException {
        if (!Files.isDirectory(root) || FolderFiles.hasPictures(root)) {
            return false;
        }
        for (Path top : tops(root)) {
            for (Path folder : FolderFiles.foldersIn(top)) {
                if (FolderFiles.hasPictures(folder)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The folders that hold the folders of the classes. */
    private static List<Path> tops(Path root) throws IOException {
        List<Path> splits = FolderFiles.foldersIn(root).stream()
                .filter(folder -> SPLITS.contains(folder.getFileName().toString()))
                .toList();
        return splits.isEmpty() ? List.of(root) : splits;
    }

    @Override
    public Listing list(Path root, FolderOptions options) throws IOException {
        EntryList entries = new EntryList();
        List<String> labels = new ArrayList<>();
        Set<String> classes = new TreeSet<>();
        for (Path top : tops(root)) {
            for (Path folder : FolderFiles.foldersIn(top)) {
                String name = folder.getFileName().toString();
                classes.add(name);
                for (Path picture : FolderFiles.picturesBelow(folder)) {
                    Entry entry = FolderFiles.entry(root, picture);
                    int place = top.equals(root)
                            ? entries.add(entry)
                            : entries.add(entry, top.getFileName().toString());
                    if (place == labels.size()) {
                        labels.add(name);
                    }
                }
            }
        }
        if (labels.isEmpty()) {
            throw new DataException(Kind.MISSING, root.toString(), "there are no pictures in a folder a class");
        }
        return new ClassListing(entries, labels, List.copyOf(classes), options.rules());
    }

    private record ClassListing(EntryList pictures, List<String> labels, List<String> classes, BoxRules rules)
            implements Listing {

        @Override
        public boolean needsPicture() {
            return false;
        }

        @Override
        public Labels labels(int entry, ImageHeader picture) throws DataException {
            rules.checkClass(
                    labels.get(entry), pictures.entries().get(entry).image().toString());
            return new Labels.ClassLabel(labels.get(entry));
        }

        @Override
        public List<String> classNames(int entry) {
            return List.of(labels.get(entry));
        }
    }
}
