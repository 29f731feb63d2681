package org.batchmill.ingest.sources.kafka;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;

/**
 * The blocks of a run, on the disk before the first of their samples is handed out. A file holds up to {@value #BLOCKS_A_FILE} blocks
 * and is called {@code blocks-NUMBER.journal} after its first; in it each block is
 *
 * <pre>
 *   length of the payload (u32) | CRC-32C of the payload (u32) | payload: {@link BlockCodec}
 * </pre>
 *
 * Numbers are big-endian. A kill may leave the last block half written: it was not handed out then, and opening cuts it off. Damage
 * anywhere else is an error. Safe for use by many threads.
 */
final class BlockJournal implements AutoCloseable {

    private static final int BLOCKS_A_FILE = 64;
    private static final int HEAD = 2 * Integer.BYTES;
    private static final int LARGEST = 256 << 20;
    private static final String PREFIX = "blocks-";
    private static final String SUFFIX = ".journal";

    private record Spot(Path file, long position) {}

    private final Path folder;
    private final NavigableMap<Long, Spot> spots = new TreeMap<>();
    /** Not a channel: an interrupt, which ends a pipeline, would close it in the middle of a block. */
    private RandomAccessFile tail;

    private Path tailFile;
    private int blocksInTail;

    private BlockJournal(Path folder) {
        this.folder = folder;
    }

    /** Opens the journal in a folder, which is made if it is not there. */
    static BlockJournal open(Path folder) throws IOException {
        Files.createDirectories(folder);
        BlockJournal journal = new BlockJournal(folder);
        List<Path> files = files(folder);
        for (Path file : files) {
            journal.scan(file, file.equals(files.get(files.size() - 1)));
        }
        return journal;
    }

    private static List<Path> files(Path folder) throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, PREFIX + "*" + SUFFIX)) {
            found.forEach(files::add);
        }
        files.sort(null);
        return files;
    }

    private void scan(Path file, boolean last) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long position = 0;
            while (position < channel.size()) {
                byte[] payload = payload(channel, position);
                if (payload == null) {
                    if (!last) {
                        throw damaged(file, position);
                    }
                    channel.truncate(position);
                    channel.force(true);
                    return;
                }
                long number = BlockCodec.number(payload);
                if (!spots.isEmpty() && number != spots.lastKey() + 1) {
                    throw new DataException(
                            Kind.CORRUPT,
                            file + ": byte " + position,
                            "block " + number + " does not follow block " + spots.lastKey());
                }
                spots.put(number, new Spot(file, position));
                position += HEAD + payload.length;
            }
        }
    }

    /** The payload at a position; null if it is damaged or not whole. */
    private static byte[] payload(FileChannel channel, long position) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(HEAD);
        if (!fill(channel, head, position)) {
            return null;
        }
        int length = head.getInt(0);
        if (length < BlockCodec.LEAST_BYTES || length > LARGEST || position + HEAD + length > channel.size()) {
            return null;
        }
        byte[] payload = new byte[length];
        boolean whole = fill(channel, ByteBuffer.wrap(payload), position + HEAD);
        return whole && crc(payload) == head.getInt(Integer.BYTES) ? payload : null;
    }

    private static boolean fill(FileChannel channel, ByteBuffer buffer, long position) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, position + buffer.position()) < 0) {
                return false;
            }
        }
        return true;
    }

    private static int crc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    private static DataException damaged(Path file, long position) {
        return new DataException(Kind.CORRUPT, file + ": byte " + position, "the block is damaged");
    }

    /**
     * Reads a block.
     *
     * @throws DataException if it is not there or damaged
     */
    synchronized Block read(long number) throws IOException {
        Spot spot = spots.get(number);
        if (spot == null) {
            throw new DataException(
                    Kind.MISSING, folder.toString(), "block " + number + " is not in the journal of the run");
        }
        try (FileChannel channel = FileChannel.open(spot.file(), StandardOpenOption.READ)) {
            byte[] payload = payload(channel, spot.position());
            if (payload == null) {
                throw damaged(spot.file(), spot.position());
            }
            return BlockCodec.read(payload, spot.file() + ": byte " + spot.position());
        }
    }

    synchronized boolean holds(long number) {
        return spots.containsKey(number);
    }

    /** Writes the block that follows the last one, and waits until the disk has it. */
    synchronized void append(Block block) throws IOException {
        if (tail == null || blocksInTail == BLOCKS_A_FILE) {
            startFile(block.number());
        }
        byte[] payload = BlockCodec.write(block);
        ByteBuffer frame = ByteBuffer.allocate(HEAD + payload.length);
        frame.putInt(payload.length).putInt(crc(payload)).put(payload);
        long position = tail.length();
        try {
            tail.seek(position);
            tail.write(frame.array());
            tail.getFD().sync();
        } catch (IOException e) {
            throw new IOException(tailFile + ": cannot be written: " + e.getMessage(), e);
        }
        spots.put(block.number(), new Spot(tailFile, position));
        blocksInTail++;
    }

    private void startFile(long number) throws IOException {
        close();
        tailFile = folder.resolve(String.format(Locale.ROOT, "%s%012d%s", PREFIX, number, SUFFIX));
        tail = new RandomAccessFile(tailFile.toFile(), "rw");
        tail.setLength(0);
        blocksInTail = 0;
        syncFolder();
    }

    /** The name of a new file must survive a power cut too. */
    private void syncFolder() throws IOException {
        if (!System.getProperty("os.name", "").startsWith("Windows")) {
            try (FileChannel handle = FileChannel.open(folder, StandardOpenOption.READ)) {
                handle.force(true);
            }
        }
    }

    /** Forgets every block behind this one; -1 forgets all. */
    synchronized void cutBehind(long number) throws IOException {
        close();
        NavigableMap<Long, Spot> gone = new TreeMap<>(spots.tailMap(number, false));
        if (gone.isEmpty()) {
            return;
        }
        // From the end, so that a kill in between leaves a journal that is whole up to a point.
        for (Spot spot : gone.descendingMap().values()) {
            if (spot.position() == 0) {
                Files.delete(spot.file());
            } else {
                try (FileChannel channel = FileChannel.open(spot.file(), StandardOpenOption.WRITE)) {
                    channel.truncate(spot.position());
                    channel.force(true);
                }
            }
        }
        spots.keySet().removeAll(gone.keySet());
        syncFolder();
    }

    /** Deletes the files all of whose blocks come before this one. */
    synchronized void forgetBefore(long number) throws IOException {
        while (spots.size() > 1) {
            Path file = spots.firstEntry().getValue().file();
            long lastOfFile = spots.firstKey();
            for (var spot : spots.entrySet()) {
                if (!spot.getValue().file().equals(file)) {
                    break;
                }
                lastOfFile = spot.getKey();
            }
            if (lastOfFile >= number || file.equals(tailFile)) {
                return;
            }
            Files.delete(file);
            spots.headMap(lastOfFile, true).clear();
        }
    }

    @Override
    public synchronized void close() throws IOException {
        if (tail != null) {
            tail.close();
            tail = null;
            tailFile = null;
        }
    }
}
