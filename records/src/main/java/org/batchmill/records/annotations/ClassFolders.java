package org.batchmill.records.annotations;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.batchmill.records.BoxRules;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.Labels;
import org.batchmill.records.image.ImageHeader;
import org.batchmill.records.image.ImageNames;

/**
 * A folder a class, {@code CLASS/x.jpg}, or the same below {@code train/}, {@code val/} and {@code test/}. Classes are in
 * alphabetical order; a folder without images is none. Folders of images beside a folder of their labels, and lists that lie
 * undivided in {@code train/} and {@code test/} or in {@code images/}, are no classes. A file that is named is a {@link ClassList}.
 */
final class ClassFolders implements FolderFormat {

    private static final Set<String> LABELS = Set.of("xml", "txt", "json");

    @Override
    public boolean fits(Path root) throws IOException {
        if (!Files.isDirectory(root) || FolderFiles.hasImages(root)) {
            return false;
        }
        List<Path> tops = tops(root);
        for (Path top : tops) {
            List<Path> classes = withImages(FolderFiles.foldersIn(top));
            boolean none = tops.contains(root)
                    && (classes.stream().allMatch(SplitNames::isSplit)
                            || classes.stream().allMatch(VocFolders::isNamedAsImages));
            if (!classes.isEmpty() && !none && !labelled(top, classes)) {
                return true;
            }
        }
        return false;
    }

    /** The folders that hold the folders of the classes: those of the lists, if there are such, or the data set's. */
    private static List<Path> tops(Path root) throws IOException {
        List<Path> splits = new ArrayList<>();
        for (Path folder : FolderFiles.foldersIn(root)) {
            // A class may be called train: it holds its images itself.
            if (SplitNames.isSplit(folder)
                    && !FolderFiles.hasImages(folder)
                    && !withImages(FolderFiles.foldersIn(folder)).isEmpty()) {
                splits.add(folder);
            }
        }
        return splits.isEmpty() ? List.of(root) : splits;
    }

    private static List<Path> withImages(List<Path> folders) throws IOException {
        List<Path> some = new ArrayList<>();
        for (Path folder : folders) {
            if (FolderFiles.hasImages(folder)) {
                some.add(folder);
            }
        }
        return some;
    }

    /** Whether a folder beside those of the images holds label files for them. */
    private static boolean labelled(Path top, List<Path> classes) throws IOException {
        for (Path folder : FolderFiles.foldersIn(top)) {
            if (classes.contains(folder)) {
                continue;
            }
            for (String suffix : LABELS) {
                List<Path> labels = FolderFiles.filesIn(folder, "." + suffix);
                if (!labels.isEmpty() && hasImageOf(labels.get(0), classes)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean hasImageOf(Path label, List<Path> folders) throws IOException {
        String stem = FolderFiles.stem(label.getFileName().toString()) + ".";
        for (Path folder : folders) {
            if (FolderFiles.hasImages(folder, stem)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public Listing list(Path root, Path named, FolderOptions options) throws IOException {
        if (named != null) {
            return ClassList.read(root, named, options);
        }
        EntryList entries = new EntryList();
        List<String> labels = new ArrayList<>();
        Set<String> classes = new TreeSet<>();
        Set<String> empty = new TreeSet<>();
        List<Path> tops = tops(root);
        List<Path> foreign = new ArrayList<>();
        for (Path top : tops) {
            List<Path> foreignHere = new ArrayList<>(FolderFiles.foreignIn(top));
            for (Path folder : FolderFiles.foldersIn(top)) {
                String name = folder.getFileName().toString();
                List<Path> images = FolderFiles.imagesBelow(folder, foreignHere);
                (images.isEmpty() ? empty : classes).add(name);
                for (Path image : images) {
                    Entry entry = FolderFiles.entry(root, image);
                    int place = top.equals(root) ? entries.add(entry) : entries.add(entry, SplitNames.list(top));
                    if (place == labels.size()) {
                        labels.add(name);
                    }
                }
            }
            foreignHere.sort(null);
            foreign.addAll(foreignHere);
        }
        if (labels.isEmpty()) {
            throw new DataException(Kind.MISSING, root.toString(), "there are no images in a folder a class");
        }
        empty.removeAll(classes);
        return new ClassListing(
                entries, labels, List.copyOf(classes), notices(root, tops, foreign, empty), options.rules());
    }

    private static List<String> notices(Path root, List<Path> tops, List<Path> foreign, Set<String> empty)
            throws IOException {
        List<String> notices = new ArrayList<>();
        ImageNames.foreignNotice(foreign).ifPresent(notices::add);
        if (!empty.isEmpty()) {
            notices.add("folders without images are no classes: " + String.join(", ", empty));
        }
        if (!tops.contains(root)) {
            String others = FolderFiles.foldersIn(root).stream()
                    .filter(folder -> !tops.contains(folder))
                    .map(folder -> folder.getFileName().toString())
                    .collect(Collectors.joining(", "));
            if (!others.isEmpty()) {
                notices.add("the classes are read from "
                        + tops.stream().map(top -> top.getFileName().toString()).collect(Collectors.joining(", "))
                        + "; other folders are passed over: " + others);
            }
        }
        return notices;
    }

    private record ClassListing(
            EntryList entries, List<String> labels, List<String> classes, List<String> notices, BoxRules rules)
            implements Listing {

        @Override
        public boolean needsImage() {
            return false;
        }

        @Override
        public Labels labels(int entry, ImageHeader image) throws DataException {
            rules.checkClass(
                    labels.get(entry), entries.entries().get(entry).image().toString());
            return new Labels.ClassLabel(labels.get(entry));
        }

        @Override
        public List<String> classNames(int entry) {
            return List.of(labels.get(entry));
        }
    }
}
