package org.batchmill.records.annotations;

import java.util.List;
import java.util.OptionalDouble;
import org.batchmill.records.BoxRules;

/**
 * How a folder is read.
 *
 * @param classes      the classes in label order; any other is a bad annotation. Empty takes those of the data
 * @param cameraOffset for logs of three cameras: the angle added for the left camera and subtracted for the right one; empty
 *                     reads the centre camera alone
 * @param rules        check the boxes and count what they drop and clip
 */
public record FolderOptions(List<String> classes, OptionalDouble cameraOffset, BoxRules rules) {

    public FolderOptions {
        classes = List.copyOf(classes);
    }

    /** All classes, the centre camera. */
    public static FolderOptions defaults() {
        return ofClasses(List.of());
    }

    /** These classes alone; none given means all. */
    public static FolderOptions ofClasses(List<String> classes) {
        return new FolderOptions(classes, OptionalDouble.empty(), new BoxRules(classes));
    }

    /** All three cameras, the side ones with their angle corrected by {@code offset}. */
    public FolderOptions withCameraOffset(double offset) {
        return new FolderOptions(classes, OptionalDouble.of(offset), rules);
    }
}
