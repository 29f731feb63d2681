package org.batchmill.records.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * A file that one job holds at a time, in this process and in others. The operating system frees it when the process ends, however it ends.
 * It holds the number of the process. Local file systems only. Safe for use by many threads.
 */
public final class LockFile implements AutoCloseable {

    /** One byte that nobody writes: where locks bind all, a locked file could not be read for its holder's number. */
    private static final long PLACE = Long.MAX_VALUE - 1;

    private static final int STAND_IN_BYTES = 16;

    /**
     * What this process holds. A file that is held is not opened again here, not even to be read: on POSIX systems, closing any channel to
     * it would end the lock.
     */
    private static final Set<Path> HELD = new HashSet<>();

    private static final String OURSELVES =
            Long.toString(ProcessHandle.current().pid());

    private final Path file;
    private final Path name;
    private final FileChannel channel;

    private LockFile(Path file, Path name, FileChannel channel) {
        this.file = file;
        this.name = name;
        this.channel = channel;
    }

    /**
     * What is held in the place of a file that may lie in a store: the file itself, or, since stores have no locks, one under {@code
     * java.io.tmpdir}, which keeps jobs of this machine apart and no others.
     */
    public static Path standIn(Path file) {
        if (Storage.isLocal(file)) {
            return file;
        }
        String name = "batchmill-" + TextDigest.of(file.toString(), STAND_IN_BYTES) + ".lock";
        return Path.of(System.getProperty("java.io.tmpdir"), name);
    }

    /**
     * Takes a file in a folder that exists; it is made if it is not there.
     *
     * @return empty if another holds it
     * @throws IOException if it cannot be written
     */
    public static Optional<LockFile> take(Path file) throws IOException {
        try {
            Path name = name(file);
            synchronized (HELD) {
                if (HELD.contains(name)) {
                    return Optional.empty();
                }
                FileChannel channel = lock(file);
                if (channel == null) {
                    return Optional.empty();
                }
                HELD.add(name);
                return Optional.of(new LockFile(file, name, channel));
            }
        } catch (IOException e) {
            throw LocalPendingFile.named(file, e);
        }
    }

    /** Null if another process holds it. */
    private static FileChannel lock(Path file) throws IOException {
        while (true) {
            Object before = identity(file);
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            boolean ours = false;
            try {
                Object opened = identity(file);
                if (tryLock(channel) == null) {
                    return null;
                }
                // Whoever held it before may have removed it since it was opened here, and others may have made it
                // anew:
                // a lock on a removed file keeps nobody out. One that was just made here is opened once more.
                if (opened != null && opened.equals(before) && opened.equals(identity(file))) {
                    sign(channel);
                    ours = true;
                    return channel;
                }
            } finally {
                if (!ours) {
                    channel.close();
                }
            }
        }
    }

    /** What tells files of one name apart; its path where the system has nothing else, where none is removed that is open. Null if it is not there. */
    private static Object identity(Path file) throws IOException {
        try {
            Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
            return key == null ? file.toAbsolutePath() : key;
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    private static void sign(FileChannel channel) throws IOException {
        channel.truncate(0);
        channel.write(ByteBuffer.wrap(OURSELVES.getBytes(StandardCharsets.US_ASCII)));
    }

    private static FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock(PLACE, 1, false);
        } catch (OverlappingFileLockException e) {
            // Held by this very process, under another name of the file.
            return null;
        }
    }

    /** The number of the process that holds a file, or that held it last; empty if there is none. */
    public static String holder(Path file) throws IOException {
        synchronized (HELD) {
            try {
                // Opening and closing it here would end the lock.
                return HELD.contains(name(file))
                        ? OURSELVES
                        : Files.readString(file, StandardCharsets.ISO_8859_1).strip();
            } catch (NoSuchFileException e) {
                return "";
            }
        }
    }

    private static Path name(Path file) throws IOException {
        return file.toAbsolutePath().getParent().toRealPath().resolve(file.getFileName());
    }

    /** Removes the file and gives the lock back: nothing is left of it. */
    public void remove() throws IOException {
        try {
            Files.deleteIfExists(file);
        } finally {
            close();
        }
    }

    /** Gives the lock back. The file stays. */
    @Override
    public void close() throws IOException {
        synchronized (HELD) {
            if (channel.isOpen()) {
                HELD.remove(name);
                channel.close();
            }
        }
    }
}
