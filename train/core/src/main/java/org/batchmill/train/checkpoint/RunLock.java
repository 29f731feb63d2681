package org.batchmill.train.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.batchmill.records.UsageException;
import org.batchmill.records.storage.LockFile;

/**
 * The right to write into a run folder: one holder at a time, in this and in other processes. The operating system frees it when the
 * process ends, however it ends. The file stays.
 */
public final class RunLock implements AutoCloseable {

    /** The file of the lock in a run folder. */
    public static final String NAME = "run.lock";

    private final LockFile file;

    private RunLock(LockFile file) {
        this.file = file;
    }

    /**
     * Takes the folder, which is made if it is not there.
     *
     * @throws UsageException if another holds it
     */
    public static RunLock take(Path runFolder) throws IOException {
        Files.createDirectories(runFolder);
        Path file = runFolder.resolve(NAME);
        LockFile taken = LockFile.take(file).orElse(null);
        if (taken == null) {
            String holder = LockFile.holder(file);
            throw new UsageException(runFolder + ": another training writes here"
                    + (holder.isEmpty() ? "" : " (process " + holder + ")"));
        }
        return new RunLock(taken);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
