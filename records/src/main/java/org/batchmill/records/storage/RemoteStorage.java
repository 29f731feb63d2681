package org.batchmill.records.storage;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.batchmill.records.UsageException;

/**
 * A file system of another provider: an object store, an archive, memory. Nothing is expected of it but what {@code java.nio.file} says;
 * a file is sent whole when it is complete, under its own name, since stores do not rename.
 */
final class RemoteStorage implements Storage {

    static final RemoteStorage INSTANCE = new RemoteStorage();

    private RemoteStorage() {}

    @Override
    public SeekableByteChannel open(Path file) throws IOException {
        return Files.newByteChannel(file, StandardOpenOption.READ);
    }

    @Override
    public PendingFile create(Path file) throws IOException {
        if (file.getFileSystem().isReadOnly()) {
            throw new UsageException(file + ": nothing can be written there");
        }
        return RemotePendingFile.create(file);
    }

    @Override
    public List<Path> list(Path folder) throws IOException {
        try (Stream<Path> found = Files.list(folder)) {
            return found.sorted().toList();
        }
    }

    @Override
    public void move(Path from, Path to) throws IOException {
        Attempts.of(to.toString(), () -> Files.move(from, to, StandardCopyOption.REPLACE_EXISTING));
    }

    @Override
    public void delete(Path file) throws IOException {
        Attempts.of(file.toString(), () -> Files.deleteIfExists(file));
    }
}
