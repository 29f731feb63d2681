package org.batchmill.records.annotations;

import java.io.IOException;
import java.util.List;
import org.batchmill.records.DataException;
import org.batchmill.records.Labels;
import org.batchmill.records.image.ImageHeader;

/** The pictures of a folder and the way to their labels. Safe for use by many threads. */
interface Listing {

    /** The pictures, each once, sorted unless the format has an order, and the lists that the data set divides itself into. */
    EntryList pictures();

    /** The classes in label order, where the format says them; empty where they are to be collected from the labels. */
    List<String> classes();

    /** What a user should hear of, a line each: what was passed over, or could be read in two ways. */
    default List<String> notices() {
        return List.of();
    }

    /**
     * Looks at what is known of an entry before its picture is read.
     *
     * @throws DataException if it makes no sense
     */
    default void check(int entry) throws DataException {}

    /** Whether labels can be judged only beside the size of the picture. */
    boolean needsPicture();

    /**
     * Reads the labels of a picture.
     *
     * @param entry   the place of the picture in {@link #pictures()}
     * @param picture its header; null unless {@link #needsPicture()}
     * @throws DataException if they are damaged, missing or make no sense; names the file
     */
    Labels labels(int entry, ImageHeader picture) throws IOException;

    /** The classes that the labels of a picture name, unjudged: boxes may be bad, the picture need not be there. */
    List<String> classNames(int entry) throws IOException;
}
