package org.batchmill.records.annotations;

import java.io.IOException;
import java.util.List;
import org.batchmill.records.DataException;
import org.batchmill.records.Labels;
import org.batchmill.records.image.ImageHeader;

/** The images of a folder and the way to their labels. Safe for use by many threads. */
interface Listing {

    /** The images, each once, sorted unless the format has an order, and the lists that the data set divides itself into. */
    EntryList entries();

    /** The classes in label order, where the format says them; empty where they are to be collected from the labels. */
    List<String> classes();

    /** What a user should hear of, a line each: what was passed over, or could be read in two ways. */
    default List<String> notices() {
        return List.of();
    }

    /**
     * Looks at what is known of an entry before its image is read.
     *
     * @throws DataException if it makes no sense
     */
    default void check(int entry) throws DataException {}

    /** Hears that the labels of an image will be read soon. */
    default void soon(int entry) {}

    /** Whether labels can be checked only beside the size of the image. */
    boolean needsImage();

    /**
     * Reads the labels of an image.
     *
     * @param entry   the place of the image in {@link #entries()}
     * @param image its header; null unless {@link #needsImage()}
     * @throws DataException if they are damaged, missing or make no sense; names the file
     */
    Labels labels(int entry, ImageHeader image) throws IOException;

    /** The classes that the labels of an image name, unchecked: boxes may be bad, the image need not be there. */
    List<String> classNames(int entry) throws IOException;
}
