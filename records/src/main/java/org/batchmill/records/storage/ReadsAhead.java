package org.batchmill.records.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A provider of paths whose files lie far away: told what will be read soon, it fetches that meanwhile, as far as it has room. Nothing comes of
 * a hint but time: what cannot be had is told to whoever reads it. What it knows of a file it may believe for a while. Safe for use by many threads.
 */
public interface ReadsAhead {

    /**
     * Some bytes of a file will be read soon.
     *
     * @param offset of the first
     * @param length may reach behind the end of the file
     */
    void soon(Path file, long offset, int length);

    /**
     * A small file as it is at this moment, which another process may have written just now.
     *
     * @throws java.nio.file.NoSuchFileException if it is not there
     */
    byte[] readNow(Path file) throws IOException;

    /** {@link #readNow(Path)} of a path's own provider; where files are at hand, each reading is of now. */
    static byte[] now(Path file) throws IOException {
        return file.getFileSystem().provider() instanceof ReadsAhead far ? far.readNow(file) : Files.readAllBytes(file);
    }

    /** {@link #soon(Path, long, int)} of a path's own provider; nothing where files are at hand. */
    static void tell(Path file, long offset, int length) {
        if (file.getFileSystem().provider() instanceof ReadsAhead far) {
            far.soon(file, offset, length);
        }
    }
}
