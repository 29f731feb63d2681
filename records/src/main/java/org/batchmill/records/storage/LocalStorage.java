package org.batchmill.records.storage;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** The file systems of this machine, and what it has mounted. */
final class LocalStorage implements Storage {

    static final LocalStorage INSTANCE = new LocalStorage();

    private LocalStorage() {}

    @Override
    public SeekableByteChannel open(Path file) throws IOException {
        return Files.newByteChannel(file, StandardOpenOption.READ);
    }

    @Override
    public PendingFile create(Path file) throws IOException {
        Path absolute = file.toAbsolutePath();
        Path folder = absolute.getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new IOException(file + ": there is no folder " + folder);
        }
        if (Files.isDirectory(absolute)) {
            throw new IOException(file + ": cannot be written: it is a folder");
        }
        Leftovers.sweep(folder);
        while (true) {
            try {
                return LocalPendingFile.create(file, folder.resolve(Leftovers.newName()));
            } catch (FileAlreadyExistsException e) {
                // Somebody's, or chance; whatever it is, it is not written to.
            }
        }
    }

    @Override
    public List<Path> list(Path folder) throws IOException {
        try (Stream<Path> found = Files.list(folder)) {
            return found.filter(path -> !Leftovers.isTemporary(path)).sorted().toList();
        }
    }

    @Override
    public void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw LocalPendingFile.named(to, e);
        }
    }

    @Override
    public void delete(Path file) throws IOException {
        Files.deleteIfExists(file);
    }
}
