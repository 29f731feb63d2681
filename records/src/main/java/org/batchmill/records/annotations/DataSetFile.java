package org.batchmill.records.annotations;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.batchmill.records.DataException;
import org.batchmill.records.TextFile;
import org.batchmill.records.image.ImageNames;

/**
 * A file that people name when they mean a data set, or a list of it: YOLO's {@code data.yaml} or {@code obj.data} or list of images,
 * a COCO file, a list in VOC's {@code ImageSets}, a log of steering angles, a list or table of images with their classes.
 *
 * @param file   itself
 * @param root   the data set's folder; where it is not that of the file, the file says so: whoever names a file means what it says
 * @param format how it is read
 * @param list   the list of the data set that the file is; empty where the file is all that is read
 */
public record DataSetFile(Path file, Path root, AnnotationFormat format, String list) {

    private static final String IMAGE_SETS = "imagesets";
    private static final Set<String> TABLES = Set.of("csv", "tsv");

    /** What a file stands for; empty if for no folder of images. Paths of the result are absolute. */
    public static Optional<DataSetFile> of(Path named) throws IOException {
        Path file = named.toAbsolutePath().normalize();
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        if (YoloDescription.isCalledLikeOne(name)) {
            return whole(file, YoloDescription.root(file), AnnotationFormat.YOLO);
        }
        if (name.endsWith(".json") && CocoFile.looksLikeOne(file)) {
            return whole(file, home(file), AnnotationFormat.COCO);
        }
        if (name.equals(UdacityFormat.LOG) || (name.endsWith(".txt") && isSteering(file, name))) {
            return whole(file, file.getParent(), AnnotationFormat.UDACITY);
        }
        if (TABLES.contains(name.substring(name.lastIndexOf('.') + 1)) && ClassList.isOne(file)) {
            return classes(file);
        }
        return name.endsWith(".txt") ? list(file) : Optional.empty();
    }

    /** Angles as text; whole numbers are classes, unless the file is called as steering angles are. */
    private static boolean isSteering(Path file, String name) throws IOException {
        return DrivingLog.isImageAndDegrees(file) && (name.equals(UdacityFormat.DEGREES) || !ClassList.isOne(file));
    }

    private static Optional<DataSetFile> classes(Path file) throws IOException {
        return whole(file, ClassList.root(file), AnnotationFormat.CLASSES);
    }

    /**
     * The same file, read as of another format; empty where that cannot be meant. Lists of images with a number each are angles or
     * classes.
     */
    public Optional<DataSetFile> as(AnnotationFormat other) throws IOException {
        if (other == format) {
            return Optional.of(this);
        }
        boolean text = file.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".txt");
        if (other == AnnotationFormat.UDACITY && text && DrivingLog.isImageAndDegrees(file)) {
            return whole(file, file.getParent(), other);
        }
        return other == AnnotationFormat.CLASSES && ClassList.isOne(file) ? classes(file) : Optional.empty();
    }

    private static Optional<DataSetFile> whole(Path file, Path root, AnnotationFormat format) {
        return Optional.of(new DataSetFile(file, root, format, ""));
    }

    private static Optional<DataSetFile> list(Path file) throws IOException {
        String list = FolderFiles.stem(file.getFileName().toString());
        for (Path folder = file.getParent();
                folder != null && folder.getFileName() != null;
                folder = folder.getParent()) {
            boolean sets =
                    folder.getFileName().toString().toLowerCase(Locale.ROOT).equals(IMAGE_SETS);
            if (sets && folder.getParent() != null) {
                return Optional.of(new DataSetFile(file, folder.getParent(), AnnotationFormat.VOC, list));
            }
        }
        Optional<String> first = firstLine(file);
        if (first.isPresent() && ClassList.isOne(file)) {
            return classes(file);
        }
        if (first.isEmpty() || !ImageNames.isImage(first.get().replaceFirst("(?s).*[/\\\\]", ""))) {
            return Optional.empty();
        }
        Path folder = file.getParent();
        Path above = folder.getParent();
        boolean isAbove = above != null
                && YoloLists.locate(folder, folder, first.get()) == null
                && YoloLists.locate(above, folder, first.get()) != null;
        return whole(file, isAbove ? above : folder, AnnotationFormat.YOLO);
    }

    private static Optional<String> firstLine(Path file) throws IOException {
        try {
            return TextFile.lines(file).stream().filter(line -> !line.isEmpty()).findFirst();
        } catch (DataException e) {
            return Optional.empty();
        }
    }

    /** The folder of a COCO file's images: its own, or the one above where that has none. */
    private static Path home(Path file) throws IOException {
        Path folder = file.getParent();
        return folder.getParent() == null || FolderFiles.hasImagesBelow(folder) ? folder : folder.getParent();
    }
}
