package org.batchmill.records.annotations;

import java.io.IOException;
import java.nio.file.Path;

/** One annotation format: recognizes a folder and lists its images. Stateless. */
interface FolderFormat {

    /** Whether a folder looks like it; cheap, no labels are read. */
    boolean fits(Path root) throws IOException;

    /**
     * Lists the images.
     *
     * @param named the file that is to be read, of those that the folder may have; null for all
     * @throws org.batchmill.records.DataException if the folder is not of this format, or a file that describes all of it is
     *                                             damaged
     */
    Listing list(Path root, Path named, FolderOptions options) throws IOException;
}
