package org.batchmill.ingest.sources.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.batchmill.records.storage.LockFile;
import org.batchmill.records.storage.PendingFile;
import org.batchmill.records.storage.Storage;
import org.batchmill.records.storage.TextDigest;

/**
 * Blocks of files of stores in a folder of this machine, within a budget of bytes. A block is a file whose name is the SHA-256 of the URI,
 * size, time and tag of what it is of and of its number; behind its bytes stands their CRC-32C. Those that were not used for longest go
 * first. Processes may share a folder: a block is there whole or not at all, and one process at a time makes room.
 *
 * <p>What the cache cannot do costs time and nothing else: an unreadable block is fetched, one that cannot be written is not kept. Safe for
 * use by many threads.
 */
final class BlockCache {

    private static final String LOCK = "lock";

    /** Making room goes on until this share of the budget is free, so that it is not done for each block. */
    private static final int FREED = 8;

    private final Path folder;
    private final long budget;

    /** Bytes that were written, by this process, since somebody looked how full it is; at the start as good as too many. */
    private final AtomicLong unseen;

    private record Kept(Path file, long size, FileTime used) {}

    private BlockCache(Path folder, long budget) {
        this.folder = folder;
        this.budget = budget;
        this.unseen = new AtomicLong(budget);
    }

    /** Opens a folder, which is made if it is not there. */
    static BlockCache open(Path folder, long budget) throws IOException {
        return new BlockCache(Files.createDirectories(folder), budget);
    }

    /** Null if it is not kept. */
    byte[] get(Version file, long number, int length) {
        Path block = block(file, number);
        try {
            ByteBuffer kept = ByteBuffer.wrap(Files.readAllBytes(block));
            if (kept.capacity() != length + Integer.BYTES || kept.getInt(length) != checksum(kept.slice(0, length))) {
                Files.deleteIfExists(block);
                return null;
            }
            Files.setLastModifiedTime(block, FileTime.from(Instant.now()));
            byte[] bytes = new byte[length];
            kept.get(bytes);
            return bytes;
        } catch (IOException e) {
            return null; // as said above
        }
    }

    void put(Version file, long number, byte[] bytes) {
        Path block = block(file, number);
        try {
            Files.createDirectories(block.getParent());
            try (PendingFile pending = Storage.of(block).create(block)) {
                pending.write(ByteBuffer.wrap(bytes));
                pending.write(ByteBuffer.allocate(Integer.BYTES)
                        .putInt(checksum(ByteBuffer.wrap(bytes)))
                        .flip());
                pending.commitUnsynced();
            }
            if (unseen.addAndGet(bytes.length) > budget / FREED) {
                makeRoom();
            }
        } catch (IOException e) {
            // As said above.
        }
    }

    private void makeRoom() throws IOException {
        Optional<LockFile> lock = LockFile.take(folder.resolve(LOCK));
        if (lock.isEmpty()) {
            return; // another is at it
        }
        try {
            removeOldest();
        } finally {
            lock.get().close();
        }
    }

    private void removeOldest() throws IOException {
        unseen.set(0);
        List<Kept> all = kept();
        long bytes = all.stream().mapToLong(Kept::size).sum();
        if (bytes <= budget - budget / FREED) {
            return;
        }
        all.sort(Comparator.comparing(Kept::used));
        for (Kept each : all) {
            if (bytes <= budget - 2 * (budget / FREED)) {
                break;
            }
            Files.deleteIfExists(each.file);
            bytes -= each.size;
        }
    }

    private List<Kept> kept() throws IOException {
        List<Kept> all = new ArrayList<>();
        try (Stream<Path> found = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) found::iterator) {
                try {
                    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
                    if (attributes.isRegularFile() && !file.endsWith(LOCK)) {
                        all.add(new Kept(file, attributes.size(), attributes.lastModifiedTime()));
                    }
                } catch (NoSuchFileException e) {
                    // Became whole under its name just now.
                }
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return all;
    }

    private Path block(Version file, long number) {
        String key = String.join(
                "\n",
                file.name(),
                Long.toString(file.size()),
                Long.toString(file.modified().to(TimeUnit.NANOSECONDS)),
                String.valueOf(file.tag()),
                Long.toString(number));
        String name = TextDigest.of(key, TextDigest.WHOLE);
        return folder.resolve(name.substring(0, 2)).resolve(name);
    }

    private static int checksum(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }
}
