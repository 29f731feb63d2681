package org.batchmill.records.annotations;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** How labelled images lie in a folder. */
public enum AnnotationFormat {
    /** PASCAL VOC: {@code Annotations/} and {@code JPEGImages/}, or {@code annotations/} and {@code images/}. */
    VOC,
    /** A JSON file of COCO's instances kind, with the images beside it or in a folder. */
    COCO,
    /** A text file an image, in {@code labels/} for {@code images/}, and {@code data.yaml}. */
    YOLO,
    /** The Udacity simulator's {@code driving_log.csv}. */
    UDACITY,
    /** A folder a class; a file that is named lists images with their classes. */
    CLASSES;

    FolderFormat format() {
        return switch (this) {
            case VOC -> new VocFormat();
            case COCO -> new CocoFormat();
            case YOLO -> new YoloFormat();
            case UDACITY -> new UdacityFormat();
            case CLASSES -> new ClassFolders();
        };
    }

    /** Its name on the command line. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether a folder looks like this format; it may look like others too. */
    public boolean fits(Path root) throws IOException {
        return format().fits(root);
    }

    /** The first format that a folder looks like, in the order of this list; empty if none. */
    public static Optional<AnnotationFormat> of(Path root) throws IOException {
        for (AnnotationFormat format : values()) {
            if (format.fits(root)) {
                return Optional.of(format);
            }
        }
        return Optional.empty();
    }
}
