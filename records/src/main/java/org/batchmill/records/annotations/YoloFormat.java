package org.batchmill.records.annotations;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.batchmill.records.Box;
import org.batchmill.records.BoxRules;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.ImageHeader;
import org.batchmill.records.Labels;
import org.batchmill.records.TextFile;

/**
 * YOLO's text files: {@code labels/x.txt} for {@code images/x.jpg}, or beside it, {@link YoloLine a line an object}. A {@link
 * YoloDescription description} names the classes and the lists; without it the classes are in {@link YoloClasses lists beside the
 * text files} or are numbers, and folders are lists. An image without a text file has no objects, as in the programs that defined
 * the format; a data set without any text file has no labels, and is refused.
 */
final class YoloFormat implements FolderFormat {

    @Override
    public boolean fits(Path root) throws IOException {
        if (YoloDescription.isIn(root)) {
            return true;
        }
        if (FolderFiles.folder(root, "images") != null && FolderFiles.folder(root, "labels") != null) {
            return true;
        }
        if (!Files.isDirectory(root)) {
            return false;
        }
        if (YoloTexts.besideImages(root)) {
            return true;
        }
        for (Path folder : FolderFiles.foldersIn(root)) {
            boolean split =
                    FolderFiles.folder(folder, "images") != null && FolderFiles.folder(folder, "labels") != null;
            if (split || YoloTexts.besideImages(folder)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public Listing list(Path root, FolderOptions options) throws IOException {
        YoloLists lists = new YoloLists(root);
        YoloDescription description = YoloDescription.find(root);
        List<String> classes = List.of();
        int keyPoints = 0;
        if (description != null) {
            classes = description.classes();
            keyPoints = description.keyPointValues();
            for (Map.Entry<String, List<String>> list : description.lists().entrySet()) {
                for (String where : list.getValue()) {
                    lists.addList(description.file(), where, list.getKey());
                }
            }
        }
        boolean described = !lists.entries().entries().isEmpty();
        if (!described) {
            lists.addFolders();
        }
        YoloTexts texts = new YoloTexts(root);
        List<Path> files = new ArrayList<>();
        for (Entry entry : lists.entries().entries()) {
            files.add(texts.of(entry));
        }
        List<String> notices = new ArrayList<>(lists.notices());
        checkTexts(root, lists.entries(), files, notices);
        if (!described) {
            texts.notice(files, notices);
        }
        if (classes.isEmpty()) {
            Set<Path> folders = new LinkedHashSet<>(List.of(root));
            folders.addAll(texts.folders());
            classes = YoloClasses.in(folders);
        }
        return new YoloListing(lists.entries(), files, new YoloLine(keyPoints, classes), options.rules(), notices);
    }

    /** Labels that lie where nobody looks for them would make every image one without objects. */
    private static void checkTexts(Path root, EntryList entries, List<Path> files, List<String> notices)
            throws DataException {
        if (!files.isEmpty() && files.stream().allMatch(file -> file == null)) {
            throw new DataException(
                    Kind.MISSING,
                    root.toString(),
                    "not one of " + files.size() + " images has a text file, in labels for images or beside it: "
                            + entries.entries().get(0).id());
        }
        entries.lists().forEach((list, places) -> {
            if (places.stream().allMatch(place -> files.get(place) == null)) {
                notices.add(root + ": not one of the " + places.size() + " images of the list " + list
                        + " has a text file; they are taken for images without objects");
            }
        });
    }

    private record YoloListing(
            EntryList pictures, List<Path> files, YoloLine line, BoxRules rules, List<String> notices)
            implements Listing {

        @Override
        public List<String> classes() {
            return line.classes();
        }

        @Override
        public boolean needsPicture() {
            return true;
        }

        @Override
        public Labels labels(int entry, ImageHeader picture) throws IOException {
            Path file = files.get(entry);
            List<Box> boxes = new ArrayList<>();
            List<String> lines = file == null ? List.of() : TextFile.lines(file);
            for (int i = 0; i < lines.size(); i++) {
                if (!lines.get(i).isEmpty()) {
                    String where = file + ": line " + (i + 1);
                    rules.apply(
                                    line.box(lines.get(i), picture, where),
                                    picture.uprightWidth(),
                                    picture.uprightHeight(),
                                    where)
                            .ifPresent(boxes::add);
                }
            }
            return new Labels.Boxes(boxes);
        }

        @Override
        public List<String> classNames(int entry) throws IOException {
            Path file = files.get(entry);
            List<String> names = new ArrayList<>();
            for (String each : file == null ? List.<String>of() : TextFile.lines(file)) {
                if (!each.isEmpty()) {
                    names.add(line.className(each, file.toString()));
                }
            }
            return names;
        }
    }
}
