package org.batchmill.records.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;

/**
 * A file that is being written and is seen by nobody before {@link #commit()}. Closing without it discards everything, so that an
 * exception in a try block leaves the old file as it was. Used by one thread at a time; closed by its creator. Errors name the file.
 */
public interface PendingFile extends WritableByteChannel {

    /** Writes all remaining bytes of {@code source}. */
    @Override
    int write(ByteBuffer source) throws IOException;

    /**
     * A local file for libraries that insist on a path; what they write there counts as written here. They may write any part of it in
     * any order until {@link #commit()}.
     */
    Path local();

    /** Waits until the disk has all bytes and gives the file its name. Nothing can be written afterwards. */
    void commit() throws IOException;

    /**
     * Gives the file its name without waiting for the disk: for what is checked by its reader and can be made again, since a power cut
     * may leave a file of that name that is empty. Nothing can be written afterwards.
     */
    void commitUnsynced() throws IOException;

    /** Frees the file; discards it unless it was committed. */
    @Override
    void close() throws IOException;
}
