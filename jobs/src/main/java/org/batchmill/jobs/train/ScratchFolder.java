package org.batchmill.jobs.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Where ranks, and who starts them, keep what is nobody's result; gone when it is closed. Not thread-safe. */
public final class ScratchFolder implements AutoCloseable {

    private final Path folder;

    private ScratchFolder(Path folder) {
        this.folder = folder;
    }

    /** Makes one below the system's folder for such. */
    public static ScratchFolder make() throws IOException {
        return new ScratchFolder(Files.createTempDirectory("batchmill-rank"));
    }

    /** The folder, which is there until this is closed. */
    public Path folder() {
        return folder;
    }

    @Override
    public void close() throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder)) {
            files = all.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : files) {
            Files.delete(file);
        }
    }
}
