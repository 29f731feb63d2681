package org.batchmill.records.storage;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.batchmill.records.InputFile;

/**
 * A file for libraries that read files of this machine only: itself where it is one, else a copy of it under {@code java.io.tmpdir}, which is
 * deleted when this is closed. Immutable.
 *
 * @param path on this machine
 */
public record LocalCopy(Path path, boolean temporary) implements Closeable {

    /**
     * Makes it.
     *
     * @throws org.batchmill.records.DataException if the file is not there or cannot be read
     */
    public static LocalCopy of(Path file) throws IOException {
        if (Storage.isLocal(file)) {
            return new LocalCopy(file, false);
        }
        LocalCopy copy = new LocalCopy(Files.createTempFile("batchmill-", ".copy"), true);
        boolean whole = false;
        try (InputStream in = InputFile.stream(file)) {
            Files.copy(in, copy.path, StandardCopyOption.REPLACE_EXISTING);
            whole = true;
            return copy;
        } finally {
            if (!whole) {
                copy.close();
            }
        }
    }

    @Override
    public void close() throws IOException {
        if (temporary) {
            Files.deleteIfExists(path);
        }
    }
}
