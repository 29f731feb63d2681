package org.batchmill.records.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.batchmill.records.UsageException;

/** Keeps a result from being written over what it is made from. Stateless. */
public final class Overwriting {

    private Overwriting() {}

    /**
     * Refuses a file to be written that is an input, under whatever name.
     *
     * @param inputs files or folders; null stands for none
     * @throws UsageException if it is one of them
     */
    public static void refuse(Path out, Path... inputs) throws IOException {
        for (Path input : inputs) {
            if (input != null && Files.exists(out) && Files.exists(input) && Files.isSameFile(out, input)) {
                throw new UsageException(out + ": would be written over the input " + input + "; name another file");
            }
        }
    }
}
