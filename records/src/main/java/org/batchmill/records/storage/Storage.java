package org.batchmill.records.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A place where files lie. It promises no more than an object store can keep: files are read by ranges, come to be whole or not at all,
 * are listed and deleted; there is no renaming, no appending and no lock. Safe for use by many threads; errors name the file.
 */
public interface Storage {

    /** The storage that a path belongs to: that of this machine, whose URIs begin with {@code file:}, or another provider's. */
    static Storage of(Path path) {
        return isLocal(path) ? LocalStorage.INSTANCE : RemoteStorage.INSTANCE;
    }

    /** Whether a path lies on this machine or what it has mounted: only there are files locked, mapped and appended to. */
    static boolean isLocal(Path path) {
        return "file".equals(path.toUri().getScheme());
    }

    /** Writes a whole small file in one call, and waits until the disk has it. */
    static void write(Path file, byte[] bytes) throws IOException {
        try (PendingFile pending = of(file).create(file)) {
            pending.write(ByteBuffer.wrap(bytes));
            pending.commit();
        }
    }

    /**
     * Waits until the disk has files that were committed without waiting: of many, in a fraction of the time that waiting for each takes.
     *
     * @throws IOException naming the file that the disk does not take
     */
    static void sync(Collection<Path> files) throws IOException {
        Set<Path> folders = new LinkedHashSet<>();
        for (Path file : files) {
            if (isLocal(file)) {
                LocalPendingFile.sync(file);
                folders.add(file.toAbsolutePath().getParent());
            }
        }
        for (Path folder : folders) {
            LocalPendingFile.syncFolder(folder);
        }
    }

    /**
     * Opens a file for reading. Closed by the caller, used by one thread at a time.
     *
     * @return a channel whose position may be set anywhere; it cannot be written
     * @throws java.nio.file.NoSuchFileException if it is not there
     */
    SeekableByteChannel open(Path file) throws IOException;

    /**
     * Begins a file in a folder that exists, in place of what may stand there, which stays until the new one is committed. Closed by the
     * caller.
     *
     * @throws IOException if the folder is not there or cannot be written
     */
    PendingFile create(Path file) throws IOException;

    /** The files and folders that lie in a folder, ordered by name; what is being written is not among them. */
    List<Path> list(Path folder) throws IOException;

    /**
     * Puts a finished file in the place of another, which it replaces. An object store copies it, so whoever calls this bears that it is
     * cut off in the middle, with both names there.
     *
     * @throws IOException naming {@code to}
     */
    void move(Path from, Path to) throws IOException;

    /** Deletes a file, if it is there. */
    void delete(Path file) throws IOException;
}
