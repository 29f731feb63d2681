package org.batchmill.records.annotations;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.batchmill.records.Box;
import org.batchmill.records.BoxRules;
import org.batchmill.records.BoxRules.PixelBox;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.ImageHeader;
import org.batchmill.records.Labels;
import org.batchmill.records.TextFile;

/**
 * PASCAL VOC: {@code Annotations/NAME.xml} for {@code JPEGImages/NAME.jpg}, and lists of names in {@code ImageSets/Main/}; also
 * {@code annotations/} and {@code images/}. Where there are lists, the data set is what they name; else it is every picture and
 * every annotation. Names inside the XML are not used: they often come from the annotator's machine.
 *
 * <p>A coordinate is divided by the width or height as it is, as other readers of the format do.
 */
final class VocFormat implements FolderFormat {

    private static final String XML = ".xml";

    @Override
    public boolean fits(Path root) throws IOException {
        Optional<Folders> folders = Folders.find(root);
        return folders.isPresent()
                && !FolderFiles.filesIn(folders.get().annotations, XML).isEmpty();
    }

    @Override
    public Listing list(Path root, FolderOptions options) throws IOException {
        Folders folders = Folders.find(root)
                .orElseThrow(() -> new DataException(
                        Kind.MISSING, root.toString(), "there are no folders Annotations and JPEGImages"));
        Map<String, Path> pictures = FolderFiles.byStem(folders.images, FolderFiles.picturesBelow(folders.images));
        EntryList entries = new EntryList();
        List<String> stems = new ArrayList<>();
        for (Path list : FolderFiles.filesIn(root.resolve("ImageSets").resolve("Main"), ".txt")) {
            String name = FolderFiles.stem(list.getFileName().toString());
            for (String line : TextFile.lines(list)) {
                if (line.isEmpty() || line.matches("\\S+\\s+-?[01]")) {
                    continue; // the lists of one class give each name with 1, 0 or -1
                }
                Path expected = FolderFiles.inside(root, folders.images, line + ".jpg", list.toString());
                Path picture = pictures.getOrDefault(line, expected);
                if (entries.add(FolderFiles.entry(root, picture), name) == stems.size()) {
                    stems.add(line);
                }
            }
        }
        if (stems.isEmpty()) {
            Map<String, Path> annotations =
                    FolderFiles.byStem(folders.annotations, FolderFiles.filesIn(folders.annotations, XML));
            annotations.forEach((stem, file) -> pictures.putIfAbsent(stem, folders.images.resolve(stem + ".jpg")));
            pictures.forEach((stem, picture) -> {
                entries.add(FolderFiles.entry(root, picture));
                stems.add(stem);
            });
        }
        return new VocListing(folders, entries, stems, options.rules());
    }

    /** The two folders of the format, under either of their names. */
    private record Folders(Path annotations, Path images) {

        static Optional<Folders> find(Path root) {
            return List.of(
                            new Folders(root.resolve("Annotations"), root.resolve("JPEGImages")),
                            new Folders(root.resolve("annotations"), root.resolve("images")))
                    .stream()
                    .filter(folders -> Files.isDirectory(folders.annotations) && Files.isDirectory(folders.images))
                    .findFirst();
        }
    }

    private record VocListing(Folders folders, EntryList pictures, List<String> stems, BoxRules rules)
            implements Listing {

        @Override
        public List<String> classes() {
            return List.of();
        }

        @Override
        public boolean needsPicture() {
            return true;
        }

        private Path annotation(int entry) {
            return folders.annotations.resolve(stems.get(entry) + XML);
        }

        @Override
        public Labels labels(int entry, ImageHeader picture) throws IOException {
            Path file = annotation(entry);
            VocXml xml = VocXml.read(file);
            int width = picture.uprightWidth();
            int height = picture.uprightHeight();
            boolean declared = xml.width() > 0 && xml.height() > 0;
            if (declared && (xml.width() != width || xml.height() != height)) {
                throw new DataException(
                        Kind.BAD_ANNOTATION,
                        file.toString(),
                        "it says " + xml.width() + " x " + xml.height() + ", the picture is " + width + " x " + height);
            }
            List<Box> boxes = new ArrayList<>();
            int number = 0;
            for (PixelBox box : xml.boxes()) {
                rules.apply(box, width, height, file + ": object " + number++).ifPresent(boxes::add);
            }
            return new Labels.Boxes(boxes);
        }

        @Override
        public List<String> classNames(int entry) throws IOException {
            return VocXml.read(annotation(entry)).classNames();
        }
    }
}
