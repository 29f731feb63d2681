package org.batchmill.records;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A file that appears under its name whole or not at all: bytes go to a temporary file beside it, and {@link #commit()} flushes
 * them to the disk, renames the file and flushes the folder. A process that is killed leaves at most a temporary file, whose name
 * starts with a dot and ends in {@code .tmp}; the next writer of the same name removes it.
 *
 * <p>Closing without {@link #commit()} discards everything, so that an exception in a try block leaves the old file as it was.
 * Used by one thread at a time. Errors name the file.
 */
public final class AtomicFile implements WritableByteChannel {

    private static final AtomicLong SERIAL = new AtomicLong();
    private static final boolean WINDOWS =
            System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");

    /** A leftover is removed only if its process is gone and nobody has touched it for this long: it may be another host's. */
    private static final Duration LEFTOVER_AGE = Duration.ofMinutes(1);

    private final Path target;
    private final Path temporary;
    private final FileChannel channel;
    private boolean committed;

    private AtomicFile(Path target, Path temporary, FileChannel channel) {
        this.target = target;
        this.temporary = temporary;
        this.channel = channel;
    }

    /**
     * Starts to write a file. Its folder must exist.
     *
     * @throws IOException if the folder cannot be written
     */
    public static AtomicFile create(Path target) throws IOException {
        Path absolute = target.toAbsolutePath();
        removeLeftovers(absolute);
        long pid = ProcessHandle.current().pid();
        Path temporary = absolute.resolveSibling(
                "." + absolute.getFileName() + "." + pid + "-" + SERIAL.incrementAndGet() + ".tmp");
        try {
            FileChannel channel = FileChannel.open(
                    temporary,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
            return new AtomicFile(target, temporary, channel);
        } catch (IOException e) {
            throw named(target, e);
        }
    }

    /** Writes a whole small file in one call. */
    public static void write(Path target, byte[] bytes) throws IOException {
        try (AtomicFile file = create(target)) {
            file.write(ByteBuffer.wrap(bytes));
            file.commit();
        }
    }

    /** Writes all remaining bytes of {@code source}. */
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

    /** Overwrites bytes already written, for formats whose head depends on what follows. */
    public void writeAt(long position, ByteBuffer source) throws IOException {
        try {
            long at = position;
            while (source.hasRemaining()) {
                at += channel.write(source, at);
            }
        } catch (IOException e) {
            throw named(target, e);
        }
    }

    /** The temporary file, for libraries that insist on a path; what they write there counts as written here. */
    public Path temporary() {
        return temporary;
    }

    /** Flushes the bytes to the disk and gives the file its name. Nothing can be written afterwards. */
    public void commit() throws IOException {
        try {
            channel.force(true);
            channel.close();
            Files.move(
                    temporary,
                    target.toAbsolutePath(),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            committed = true;
            syncFolder(target.toAbsolutePath().getParent());
        } catch (IOException e) {
            throw named(target, e);
        }
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    /** Frees the file; discards it unless {@link #commit()} was called. */
    @Override
    public void close() throws IOException {
        channel.close();
        if (!committed) {
            Files.deleteIfExists(temporary);
        }
    }

    /** The rename itself must survive a power cut; Windows has no handle on folders and journals renames itself. */
    private static void syncFolder(Path folder) throws IOException {
        if (WINDOWS) {
            return;
        }
        try (FileChannel handle = FileChannel.open(folder, StandardOpenOption.READ)) {
            handle.force(true);
        }
    }

    private static void removeLeftovers(Path target) throws IOException {
        Path folder = target.getParent();
        if (!Files.isDirectory(folder)) {
            throw new IOException(target + ": there is no folder " + folder);
        }
        String prefix = "." + target.getFileName() + ".";
        Instant old = Instant.now().minus(LEFTOVER_AGE);
        DirectoryStream.Filter<Path> leftover = path -> {
            String name = path.getFileName().toString();
            return name.startsWith(prefix)
                    && name.substring(prefix.length()).matches("\\d+-\\d+\\.tmp")
                    && !isAlive(name.substring(prefix.length(), name.indexOf('-', prefix.length())))
                    && Files.getLastModifiedTime(path).toInstant().isBefore(old);
        };
        try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, leftover)) {
            for (Path path : found) {
                Files.deleteIfExists(path);
            }
        }
    }

    private static boolean isAlive(String pid) {
        return ProcessHandle.of(Long.parseLong(pid)).map(ProcessHandle::isAlive).orElse(false);
    }

    /** An interrupt is no fault of the file, and stays what it is. */
    private static IOException named(Path target, IOException e) {
        if (e instanceof ClosedByInterruptException) {
            return e;
        }
        String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return new IOException(target + ": cannot be written: " + message, e);
    }
}
