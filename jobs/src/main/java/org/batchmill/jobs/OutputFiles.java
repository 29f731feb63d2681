package org.batchmill.jobs;

import java.io.IOException;
import java.nio.file.Path;
import org.batchmill.records.storage.Storage;

/** Whether files can be written, asked before the work whose results they take: what has no place would be lost. Stateless. */
public final class OutputFiles {

    private OutputFiles() {}

    /**
     * Requires that files of this machine can be written where they are to be; nothing is left of the trial.
     *
     * @param files null for one that is not wanted
     * @throws IOException naming the first that cannot: its folder is not there or does not take it, or it is a folder itself
     */
    public static void require(Path... files) throws IOException {
        for (Path file : files) {
            if (file != null && Storage.isLocal(file)) {
                Storage.of(file).create(file).close();
            }
        }
    }
}
