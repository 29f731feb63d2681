package org.batchmill.records.annotations;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.batchmill.records.Box;
import org.batchmill.records.BoxRules;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.Labels;
import org.batchmill.records.TextFile;
import org.batchmill.records.image.ImageHeader;
import org.batchmill.records.storage.ReadsAhead;

/**
 * YOLO's text files: {@code labels/x.txt} for {@code images/x.jpg}, or beside it, {@link YoloLine a line an object}. A {@link
 * YoloDescription description} names the classes and the lists; without it the classes are in {@link YoloClasses lists beside the
 * text files} or are numbers, and folders are lists. An image without a text file has no objects, as in the programs that defined
 * the format; a data set without any text file has no labels, and is refused.
 */
final class YoloFormat implements FolderFormat {

    /** Texts that tell what the lines of all are likely to be. */
    private static final int LOOKED_AT = 50;

    /** Values of a line that is a class and a box. */
    private static final int BOX = 5;

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
    public Listing list(Path root, Path named, FolderOptions options) throws IOException {
        YoloLists lists = new YoloLists(root);
        boolean isList = named != null && !YoloDescription.isCalledLikeOne(named.toString());
        YoloDescription description =
                named == null || isList ? YoloDescription.find(root) : YoloDescription.read(root, named);
        List<String> classes = List.of();
        int keyPoints = 0;
        if (description != null) {
            classes = description.classes();
            keyPoints = description.keyPointValues();
            Map<String, List<String>> all = isList ? Map.of() : description.lists();
            for (Map.Entry<String, List<String>> list : all.entrySet()) {
                for (String where : list.getValue()) {
                    lists.addList(description.file(), where, list.getKey());
                }
            }
        }
        if (isList) {
            lists.addFile(named, FolderFiles.stem(named.getFileName().toString()));
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
        YoloLine line = new YoloLine(keyPoints, classes);
        noticeKeyPoints(files, line, notices);
        return new YoloListing(lists.entries(), files, line, options.rules(), notices);
    }

    /** Says aloud that what is read as polygons may be key points, where all that the first texts hold could be such. */
    private static void noticeKeyPoints(List<Path> files, YoloLine line, List<String> notices) throws IOException {
        Set<Integer> counts = new HashSet<>();
        boolean all = true;
        for (Path file :
                files.stream().filter(Objects::nonNull).limit(LOOKED_AT).toList()) {
            try {
                for (String each : TextFile.lines(file)) {
                    int values = each.isEmpty() ? 0 : each.split("\\s+").length;
                    if (values > BOX) {
                        counts.add(values);
                        all &= line.couldBeKeyPoints(each, file.toString());
                    }
                }
            } catch (DataException | NoSuchFileException e) {
                // Told when the labels are asked for.
            }
        }
        if (all && counts.size() == 1) {
            int points = (counts.iterator().next() - BOX) / 2;
            notices.add(
                    "lines of " + counts.iterator().next() + " values are read as polygons, and could be boxes with "
                            + points + " key points: kpt_shape: [" + points + ", 2] in data.yaml reads them so");
        }
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

    private record YoloListing(EntryList entries, List<Path> files, YoloLine line, BoxRules rules, List<String> notices)
            implements Listing {

        @Override
        public List<String> classes() {
            return line.classes();
        }

        @Override
        public boolean needsImage() {
            return true;
        }

        @Override
        public void soon(int entry) {
            Path file = files.get(entry);
            if (file != null) {
                ReadsAhead.tell(file, 0, (int) TextFile.LARGEST_CONFIGURATION);
            }
        }

        @Override
        public Labels labels(int entry, ImageHeader image) throws IOException {
            Path file = files.get(entry);
            List<Box> boxes = new ArrayList<>();
            List<String> lines = file == null ? List.of() : TextFile.lines(file);
            for (int i = 0; i < lines.size(); i++) {
                if (!lines.get(i).isEmpty()) {
                    String where = file + ": line " + (i + 1);
                    rules.apply(
                                    line.box(lines.get(i), image, where),
                                    image.uprightWidth(),
                                    image.uprightHeight(),
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
