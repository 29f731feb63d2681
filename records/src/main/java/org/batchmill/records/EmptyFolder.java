package org.batchmill.records;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Folders that a job fills: what is in one already would be mixed with what it makes. */
public final class EmptyFolder {

    private EmptyFolder() {}

    /**
     * Makes a folder, if it is not there.
     *
     * @return the folder
     * @throws UsageException if it holds something
     */
    public static Path make(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                if (files.findAny().isPresent()) {
                    throw new UsageException(folder + ": is not empty; name a new folder");
                }
            }
        }
        return Files.createDirectories(folder);
    }
}
