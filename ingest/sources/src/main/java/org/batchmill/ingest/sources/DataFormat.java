package org.batchmill.ingest.sources;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.batchmill.records.UsageException;

/** How labelled data lies on the disk. */
public enum DataFormat {
    /** Told from what is there. */
    AUTO,
    /** TFRecord or Arrow files. */
    RECORDS,
    /** PASCAL VOC: {@code Annotations/} and {@code JPEGImages/}, or {@code annotations/} and {@code images/}. */
    VOC,
    /** One JSON file of COCO's instances kind, images beside or below it. */
    COCO,
    /** {@code data.yaml}, or {@code images/} and {@code labels/} with a text file an image. */
    YOLO,
    /** A folder for each class, or a list of images with theirs. */
    CLASSES,
    /** The Udacity simulator's {@code driving_log.csv}. */
    UDACITY,
    /** Drive videos with steering logs, {@code epochNN_front.mp4} and {@code epochNN_steering.csv}. */
    VIDEO,
    /** IDX files of digits, as MNIST has them, plain or gzipped. */
    DIGITS,
    /** CSV files of numbers. */
    TABLE;

    /** Its name on the command line. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The format of a name.
     *
     * @throws UsageException if there is none
     */
    public static DataFormat parse(String word) {
        return Arrays.stream(values())
                .filter(format -> format.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new UsageException("the format is one of "
                        + Arrays.stream(values()).map(DataFormat::word).collect(Collectors.joining(", ")) + ", not "
                        + word));
    }
}
