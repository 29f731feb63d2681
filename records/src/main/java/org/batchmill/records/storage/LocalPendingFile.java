package org.batchmill.records.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/**
 * Bytes go to a temporary file in the folder of the target, which is new (nobody can have prepared it, as a link or otherwise) and is
 * renamed to the target at the end.
 */
final class LocalPendingFile implements PendingFile {

    private static final boolean WINDOWS =
            System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");

    private final Path target;
    private final Path temporary;
    private final FileChannel channel;
    private boolean committed;

    private LocalPendingFile(Path target, Path temporary, FileChannel channel) {
        this.target = target;
        this.temporary = temporary;
        this.channel = channel;
    }

    /** @throws FileAlreadyExistsException if there is something of the temporary name */
    static LocalPendingFile create(Path target, Path temporary) throws IOException {
        try {
            return new LocalPendingFile(
                    target,
                    temporary,
                    FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (IOException e) {
            throw named(target, e);
        }
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        int length = source.remaining();
        try {
            while (source.hasRemaining()) {
                channel.write(source);
            }
        } catch (IOException e) {
            throw named(target, e);
        }
        return length;
    }

    @Override
    public Path local() {
        return temporary;
    }

    @Override
    public void commit() throws IOException {
        try {
            channel.force(true);
            rename();
            forceFolder(target.toAbsolutePath().getParent());
        } catch (IOException e) {
            throw named(target, e);
        }
    }

    @Override
    public void commitUnsynced() throws IOException {
        try {
            rename();
        } catch (IOException e) {
            throw named(target, e);
        }
    }

    private void rename() throws IOException {
        channel.close();
        Files.move(
                temporary,
                target.toAbsolutePath(),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
        committed = true;
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public void close() throws IOException {
        channel.close();
        if (!committed) {
            Files.deleteIfExists(temporary);
        }
    }

    /** What was committed without waiting for the disk. */
    static void sync(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        } catch (IOException e) {
            throw named(file, e);
        }
    }

    /** What was renamed in a folder. */
    static void syncFolder(Path folder) throws IOException {
        try {
            forceFolder(folder);
        } catch (IOException e) {
            throw named(folder, e);
        }
    }

    /** The rename itself must survive a power cut; Windows has no handle on folders and journals renames itself. */
    private static void forceFolder(Path folder) throws IOException {
        if (WINDOWS) {
            return;
        }
        try (FileChannel handle = FileChannel.open(folder, StandardOpenOption.READ)) {
            handle.force(true);
        }
    }

    /** An interrupt is no fault of the file, and stays what it is. */
    static IOException named(Path target, IOException e) {
        if (e instanceof ClosedByInterruptException) {
            return e;
        }
        String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return new IOException(target + ": cannot be written: " + message, e);
    }
}
