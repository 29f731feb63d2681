package org.batchmill.jobs.train;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.batchmill.jobs.input.SkippedSamples;
import org.batchmill.jobs.report.RunFiles;
import org.batchmill.train.checkpoint.RunLock;

/** A run folder that goes again, if it was made for a training that then did not start. */
final class NewFolder implements AutoCloseable {

    /** What lies in it before the first step. */
    private static final List<String> BEFORE_THE_START = List.of(RunLock.NAME, SkippedSamples.FILE);

    private final Path folder;
    private final boolean made;

    private NewFolder(Path folder, boolean made) {
        this.folder = folder;
        this.made = made;
    }

    /** Before the folder is made. */
    static NewFolder of(Path folder) {
        return new NewFolder(folder, Files.notExists(folder));
    }

    /** Removes the folder if it was made since, and a training has not begun to write there. Its lock has been given back. */
    @Override
    public void close() throws IOException {
        if (!made || !Files.isDirectory(folder) || Files.exists(folder.resolve(RunFiles.CONFIG))) {
            return;
        }
        for (String name : BEFORE_THE_START) {
            Files.deleteIfExists(folder.resolve(name));
        }
        try {
            Files.delete(folder);
        } catch (DirectoryNotEmptyException e) {
            // Somebody else's files.
        }
    }
}
