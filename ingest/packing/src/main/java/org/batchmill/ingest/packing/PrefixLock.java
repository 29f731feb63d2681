package org.batchmill.ingest.packing;

import java.io.IOException;
import org.batchmill.records.UsageException;
import org.batchmill.records.storage.LockFile;

/** Keeps a second job from writing to the same prefix, in this process or another. The system frees it when a process dies. */
final class PrefixLock implements AutoCloseable {

    private final LockFile file;

    private PrefixLock(LockFile file) {
        this.file = file;
    }

    /** @throws UsageException if another job holds it */
    static PrefixLock take(OutputNames names) throws IOException {
        return new PrefixLock(LockFile.take(names.lock())
                .orElseThrow(() -> new UsageException(names.prefix() + ": another job is packing to this prefix")));
    }

    /** The job is done: nothing is left of the lock. */
    void remove() throws IOException {
        file.remove();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
