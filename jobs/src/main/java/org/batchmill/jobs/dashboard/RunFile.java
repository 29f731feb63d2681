package org.batchmill.jobs.dashboard;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.batchmill.records.InputFile;

/**
 * A file of a run folder, by its name there. It is opened only if it truly lies below the folder that was given on the command line:
 * a link that leads elsewhere is as good as no file. Immutable.
 */
record RunFile(Path root, Path folder, String name) {

    /** Where the file truly is; null if it is not there, is no file, or lies elsewhere. */
    Path real() {
        try {
            Path real = folder.resolve(name).toRealPath();
            return real.startsWith(root) && Files.isRegularFile(real) ? real : null;
        } catch (IOException e) {
            return null;
        }
    }

    /** Opens it for reading. */
    SeekableByteChannel open() throws IOException {
        Path real = real();
        if (real == null) {
            throw new NoSuchFileException(folder.resolve(name).toString());
        }
        return InputFile.open(real);
    }

    /** What changes when somebody wrote it: size, time and identity; null if it is not there. */
    Stamp stamp() {
        Path real = real();
        if (real == null) {
            return null;
        }
        try {
            BasicFileAttributes its = Files.readAttributes(real, BasicFileAttributes.class);
            return new Stamp(its.size(), its.lastModifiedTime().toMillis(), String.valueOf(its.fileKey()));
        } catch (IOException e) {
            return null;
        }
    }

    /**
     * What a file was when it was looked at.
     *
     * @param size     in bytes
     * @param modified in milliseconds since 1970
     * @param identity another one was put in its place if this differs
     */
    record Stamp(long size, long modified, String identity) {}
}
