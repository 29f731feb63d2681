package org.batchmill.batches.served;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.batchmill.records.DataException;
import org.batchmill.records.OptionException;

/**
 * A file of slots for batches that processes of one user share by mapping it. All numbers are little-endian:
 *
 * <pre>
 *    0  8 bytes   "bmring/1"
 *    8  int64     slots
 *   16  int64     bytes of a slot, a multiple of 4096
 *   24  32 bytes  the token in hexadecimal digits: whoever knows it may read this file
 * 4096  the slots, one behind the other
 * </pre>
 *
 * <p>Its maker takes all of its memory at once, since a mapping of a full file system ends the process, and holds the lock of a file beside
 * it as long as it lives. The lock ends with the process, however that ends: what is not locked is left over, and deleted by the next maker.
 * Only the owner may read either file.
 *
 * <p>Safe for use by many threads. Slots stay mapped until nobody refers to them, also when the file is gone.
 */
public final class RingFile implements AutoCloseable {

    private static final byte[] MAGIC = "bmring/1".getBytes(StandardCharsets.US_ASCII);
    private static final int HEADER = 4096;
    private static final int SLOTS_AT = 8;
    private static final int SLOT_BYTES_AT = 16;
    private static final int TOKEN_AT = 24;
    private static final int TOKEN_LENGTH = 32;
    private static final int PIECE = 1 << 20;
    private static final String PREFIX = "batchmill-";
    private static final String RING = ".ring";
    private static final String LOCK = ".lock";

    /** Of this JVM. To open and close a locked file once more would end the lock: POSIX counts by processes. */
    private static final Set<Path> LOCKED = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final String token;
    private final List<ByteBuffer> slots;
    /** Of the maker; null for a reader. */
    private final FileChannel locked;

    private boolean closed;

    private RingFile(Path path, String token, List<ByteBuffer> slots, FileChannel locked) {
        this.path = path;
        this.token = token;
        this.slots = slots;
        this.locked = locked;
    }

    /**
     * Makes one, and deletes what makers that were killed have left in the folder.
     *
     * @param folder    in memory, for instance {@code /dev/shm}
     * @param slotBytes of one, at most 2 GiB; rounded up to a multiple of 4096
     * @param stopped   asked now and then: whether to give up
     * @throws OptionException if the folder is not there, cannot be written to or has no room; nothing is left there then
     */
    public static RingFile create(Path folder, int slots, long slotBytes, BooleanSupplier stopped) throws IOException {
        if (!Files.isDirectory(folder) || !Files.isWritable(folder)) {
            throw new OptionException(
                    "{ring-folder}: {} is no folder that can be written to: name another, best one in memory", folder);
        }
        removeLeftOvers(folder);
        long rounded = (slotBytes + HEADER - 1) / HEADER * HEADER;
        long bytes = HEADER + slots * rounded;
        if (rounded > Integer.MAX_VALUE) {
            throw new OptionException(
                    "a batch of {} MB is too large to be mapped: take smaller {batch}es", megabytes(rounded));
        }
        long free = Files.getFileStore(folder).getUsableSpace();
        if (free < bytes) {
            throw noRoom(folder, bytes, free, null);
        }
        Path lock = null;
        FileChannel locked = null;
        while (locked == null) {
            lock = folder.toRealPath().resolve(PREFIX + random(8) + LOCK);
            locked = lock(lock);
        }
        Path path = sibling(lock, RING);
        try (FileChannel file = make(path)) {
            String token = random(TOKEN_LENGTH / 2);
            fill(file, bytes, stopped);
            writeHeader(file, slots, rounded, token);
            return new RingFile(path, token, map(file, slots, rounded, FileChannel.MapMode.READ_WRITE, path), locked);
        } catch (IOException e) {
            delete(path, lock, locked);
            if (Files.getFileStore(folder).getUsableSpace() < bytes) {
                throw noRoom(folder, bytes, Files.getFileStore(folder).getUsableSpace(), e);
            }
            throw e;
        } catch (RuntimeException e) {
            delete(path, lock, locked);
            throw e;
        }
    }

    private static OptionException noRoom(Path folder, long bytes, long free, IOException cause) {
        OptionException said = new OptionException(
                "the ring takes {} MB, and {} has {} MB left: take a smaller {ring}, smaller batches, or another"
                        + " {ring-folder}",
                megabytes(bytes),
                folder,
                megabytes(free));
        said.initCause(cause);
        return said;
    }

    private static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f", bytes / 1e6);
    }

    private static String random(int bytes) {
        byte[] some = new byte[bytes];
        new SecureRandom().nextBytes(some);
        return HexFormat.of().formatHex(some);
    }

    private static Path sibling(Path lock, String ending) {
        String name = lock.getFileName().toString();
        return lock.resolveSibling(name.substring(0, name.length() - LOCK.length()) + ending);
    }

    private static FileChannel make(Path path) throws IOException {
        boolean posix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] owner = posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
        return FileChannel.open(
                path, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE), owner);
    }

    /** A new file, locked; null if somebody took it for left over before it was. */
    private static FileChannel lock(Path path) throws IOException {
        LOCKED.add(path);
        FileChannel file = null;
        boolean held = false;
        try {
            file = make(path);
            FileLock lock = file.tryLock();
            held = lock != null && Files.exists(path, LinkOption.NOFOLLOW_LINKS);
            return held ? file : null;
        } finally {
            if (!held) {
                LOCKED.remove(path);
                if (file != null) {
                    file.close();
                }
            }
        }
    }

    /** Takes the memory: a file system that has too little says so here. */
    private static void fill(FileChannel file, long bytes, BooleanSupplier stopped) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocateDirect(PIECE);
        for (long at = 0; at < bytes; at += PIECE) {
            if (stopped.getAsBoolean()) {
                throw new IOException("stopped");
            }
            zeros.clear().limit((int) Math.min(PIECE, bytes - at));
            while (zeros.hasRemaining()) {
                file.write(zeros, at + zeros.position());
            }
        }
    }

    private static void writeHeader(FileChannel file, int slots, long slotBytes, String token) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(TOKEN_AT + TOKEN_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
        header.put(MAGIC).putLong(slots).putLong(slotBytes).put(token.getBytes(StandardCharsets.US_ASCII));
        header.flip();
        while (header.hasRemaining()) {
            file.write(header, header.position());
        }
    }

    private static List<ByteBuffer> map(
            FileChannel file, long slots, long slotBytes, FileChannel.MapMode mode, Path path) throws IOException {
        List<ByteBuffer> mapped = new ArrayList<>();
        try {
            for (int i = 0; i < slots; i++) {
                mapped.add(file.map(mode, HEADER + i * slotBytes, slotBytes));
            }
        } catch (IllegalArgumentException | UnsupportedOperationException e) {
            throw new IOException(path + ": cannot be mapped: " + e.getMessage(), e);
        }
        return List.copyOf(mapped);
    }

    /**
     * Opens one to read.
     *
     * @throws DataException if it is not there, or not such a file
     */
    public static RingFile open(Path path) throws IOException {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
            ByteBuffer header = ByteBuffer.allocate(TOKEN_AT + TOKEN_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
            int read = 0;
            while (read >= 0 && header.hasRemaining()) {
                read = file.read(header, header.position());
            }
            byte[] bytes = header.array();
            long slots = header.getLong(SLOTS_AT);
            long slotBytes = header.getLong(SLOT_BYTES_AT);
            if (header.hasRemaining()
                    || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)
                    || slots < 1
                    || slotBytes < 1
                    || slotBytes > Integer.MAX_VALUE
                    || slots > (file.size() - HEADER) / slotBytes) {
                throw new DataException(DataException.Kind.CORRUPT, path.toString(), "not a ring of this version");
            }
            return new RingFile(
                    path,
                    new String(bytes, TOKEN_AT, TOKEN_LENGTH, StandardCharsets.US_ASCII),
                    map(file, slots, slotBytes, FileChannel.MapMode.READ_ONLY, path),
                    null);
        } catch (NoSuchFileException e) {
            throw new DataException(
                    DataException.Kind.MISSING,
                    path.toString(),
                    "the server's ring is not here: it runs on another machine, or in a container that does not share the"
                            + " folder",
                    e);
        }
    }

    /** Deletes the rings in a folder whose makers are gone. What belongs to another user stays. */
    private static void removeLeftOvers(Path folder) throws IOException {
        try (DirectoryStream<Path> locks = Files.newDirectoryStream(folder.toRealPath(), PREFIX + "*" + LOCK)) {
            for (Path lock : locks) {
                if (!LOCKED.contains(lock)) {
                    removeIfLeftOver(lock);
                }
            }
        }
    }

    private static void removeIfLeftOver(Path lock) {
        try (FileChannel file = FileChannel.open(lock, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            if (file.tryLock() != null) {
                Files.deleteIfExists(sibling(lock, RING));
                Files.deleteIfExists(lock);
            }
        } catch (IOException | OverlappingFileLockException e) {
            // Another user's, or being made at this moment.
        }
    }

    private static void delete(Path ring, Path lock, FileChannel locked) throws IOException {
        // The lock goes last: a ring without a lock would never be found again.
        Files.deleteIfExists(ring);
        Files.deleteIfExists(lock);
        LOCKED.remove(lock);
        locked.close();
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    /** What its readers know and nobody else. */
    public String token() {
        return token;
    }

    /** Each slot, direct, in a view of its own; for a reader read-only. */
    public List<ByteBuffer> slots() {
        return slots;
    }

    /** By its maker: deletes the file. What is mapped stays readable. Does nothing the second time. */
    @Override
    public synchronized void close() throws IOException {
        if (!closed && locked != null) {
            closed = true;
            delete(path, path.resolveSibling(path.getFileName().toString().replace(RING, LOCK)), locked);
        }
    }
}
