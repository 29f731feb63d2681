package org.batchmill.ingest.packing;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import org.batchmill.records.UsageException;

/** Keeps a second job from writing to the same prefix, in this process or another. The system frees it when a process dies. */
final class PrefixLock implements AutoCloseable {

    private final OutputNames names;
    private final FileChannel channel;

    private PrefixLock(OutputNames names, FileChannel channel) {
        this.names = names;
        this.channel = channel;
    }

    /** @throws UsageException if another job holds it */
    static PrefixLock take(OutputNames names) throws IOException {
        FileChannel channel = FileChannel.open(names.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        // Whoever held it before may have deleted the file meanwhile: a lock on a deleted file keeps nobody out.
        if (tryLock(channel) == null || !Files.exists(names.lock())) {
            channel.close();
            throw new UsageException(names.prefix() + ": another job is packing to this prefix");
        }
        return new PrefixLock(names, channel);
    }

    private static FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    /** The job is done: nothing is left of the lock. */
    void remove() throws IOException {
        Files.delete(names.lock());
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
