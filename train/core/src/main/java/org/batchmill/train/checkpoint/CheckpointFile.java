package org.batchmill.train.checkpoint;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.batchmill.records.DataException;
import org.batchmill.records.InputFile;
import org.batchmill.records.storage.PendingFile;
import org.batchmill.records.storage.Storage;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Parameter;

/**
 * A checkpoint as one file, which appears whole or not at all.
 *
 * <pre>
 *   0        8         12              16               24            28
 *   +--------+---------+---------------+----------------+-------------+------------------+---------------------+
 *   | magic  | version | header length | length of file | CRC32C of   | header: JSON,    | arrays of float32,  |
 *   | 8 bytes| u32     | u32           | u64            | these 24    | then u32 CRC32C  | one behind the other|
 *   +--------+---------+---------------+----------------+-------------+------------------+---------------------+
 * </pre>
 *
 * Numbers are little-endian. The header names each array with its length and CRC32C, so that every byte of the file is covered.
 * The first 28 bytes keep their meaning in every version, so that a file that is too new can be told from one that is damaged.
 */
public final class CheckpointFile {

    /** What {@link #write} writes, and the newest that {@link #read} reads. */
    public static final int VERSION = 1;

    private static final byte[] MAGIC = "BMCKPT\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int PREAMBLE = 28;
    private static final int LARGEST_HEADER = 64 << 20;
    private static final int BUFFER = 1 << 20;

    private CheckpointFile() {}

    /** Whether a file starts as a checkpoint does. */
    public static boolean startsLikeOne(ByteBuffer firstBytes) {
        return firstBytes.remaining() >= MAGIC.length
                && firstBytes.duplicate().slice().limit(MAGIC.length).equals(ByteBuffer.wrap(MAGIC));
    }

    /**
     * Writes a checkpoint in place of what stood there; after a failure that still stands.
     *
     * @throws IOException naming the file, if it cannot be written
     */
    public static void write(Path file, Checkpoint checkpoint) throws IOException {
        List<CheckpointHeader.Entry> entries = new ArrayList<>();
        List<float[]> arrays = new ArrayList<>();
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
        list(checkpoint, (part, parameter, slot, values) -> {
            entries.add(new CheckpointHeader.Entry(part, parameter, slot, values.length, crcOf(values, buffer)));
            arrays.add(values);
        });
        byte[] header = new CheckpointHeader(
                        checkpoint.network(), checkpoint.optimizer(), checkpoint.progress(), checkpoint.task(), entries)
                .toBytes();
        long length = (long) PREAMBLE + header.length + Integer.BYTES;
        for (float[] values : arrays) {
            length += (long) values.length * Float.BYTES;
        }
        try (PendingFile out = Storage.of(file).create(file)) {
            out.write(preamble(VERSION, header.length, length));
            out.write(ByteBuffer.wrap(header));
            out.write(ByteBuffer.allocate(Integer.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(0, crcOf(ByteBuffer.wrap(header))));
            for (float[] values : arrays) {
                write(out, values, buffer);
            }
            out.commit();
        }
    }

    private interface ArrayVisitor {
        void visit(CheckpointHeader.Part part, String parameter, String slot, float[] values);
    }

    private static void list(Checkpoint checkpoint, ArrayVisitor visitor) {
        checkpoint
                .parameters()
                .forEach((name, values) -> visitor.visit(CheckpointHeader.Part.PARAMETER, name, "", values));
        checkpoint
                .slots()
                .forEach((name, slots) ->
                        slots.forEach((slot, values) -> visitor.visit(CheckpointHeader.Part.SLOT, name, slot, values)));
        checkpoint.average().forEach((name, values) -> visitor.visit(CheckpointHeader.Part.AVERAGE, name, "", values));
    }

    static ByteBuffer preamble(int version, int headerLength, long fileLength) {
        ByteBuffer bytes = ByteBuffer.allocate(PREAMBLE).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(MAGIC).putInt(version).putInt(headerLength).putLong(fileLength);
        bytes.putInt(crcOf(bytes.duplicate().flip()));
        return bytes.flip();
    }

    private static int crcOf(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    private static int crcOf(float[] values, ByteBuffer buffer) {
        CRC32C crc = new CRC32C();
        for (int from = 0; from < values.length; from += BUFFER / Float.BYTES) {
            crc.update(piece(values, from, buffer));
        }
        return (int) crc.getValue();
    }

    private static void write(PendingFile out, float[] values, ByteBuffer buffer) throws IOException {
        for (int from = 0; from < values.length; from += BUFFER / Float.BYTES) {
            out.write(piece(values, from, buffer));
        }
    }

    private static ByteBuffer piece(float[] values, int from, ByteBuffer buffer) {
        int count = Math.min(BUFFER / Float.BYTES, values.length - from);
        buffer.clear();
        buffer.asFloatBuffer().put(values, from, count);
        return buffer.limit(count * Float.BYTES);
    }

    /**
     * Reads a checkpoint and checks every byte of it.
     *
     * @throws DataException naming file and place: {@code truncated}, {@code corrupt}, {@code unsupported} where a newer version
     *                       wrote it, or {@code missing}
     */
    public static Checkpoint read(Path file) throws IOException {
        try (InputFile in = InputFile.open(file)) {
            return read(new Source(in, in.size()), file.toString());
        }
    }

    /**
     * Reads the network alone, without its numbers.
     *
     * @throws DataException as {@link #read(Path)} does, but for damage behind the header
     */
    public static Network readNetwork(Path file) throws IOException {
        try (InputFile in = InputFile.open(file)) {
            return readHeader(new Source(in, in.size()), file.toString()).network();
        }
    }

    /**
     * Reads a checkpoint that is no file.
     *
     * @param name for errors, which are those of {@link #read(Path)}
     */
    public static Checkpoint read(byte[] bytes, String name) throws IOException {
        return read(new Source(Channels.newChannel(new ByteArrayInputStream(bytes)), bytes.length), name);
    }

    /** What is read from front to back. */
    private static final class Source {

        private final ReadableByteChannel channel;
        private final long size;
        private long position;

        Source(ReadableByteChannel channel, long size) {
            this.channel = channel;
            this.size = size;
        }

        int read(ByteBuffer buffer) throws IOException {
            int read = channel.read(buffer);
            position += Math.max(0, read);
            return read;
        }
    }

    private static Checkpoint read(Source in, String file) throws IOException {
        CheckpointHeader header = readHeader(in, file);
        Map<String, float[]> parameters = new LinkedHashMap<>();
        Map<String, Map<String, float[]>> slots = new LinkedHashMap<>();
        Map<String, float[]> average = new LinkedHashMap<>();
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
        for (CheckpointHeader.Entry entry : header.arrays()) {
            float[] values = readArray(in, entry, buffer, file);
            switch (entry.part()) {
                case PARAMETER -> parameters.put(entry.parameter(), values);
                case SLOT ->
                    slots.computeIfAbsent(entry.parameter(), name -> new LinkedHashMap<>())
                            .put(entry.slot(), values);
                case AVERAGE -> average.put(entry.parameter(), values);
            }
        }
        return new Checkpoint(
                header.network(), parameters, header.optimizer(), slots, average, header.progress(), header.task());
    }

    private static CheckpointHeader readHeader(Source in, String file) throws IOException {
        ByteBuffer preamble = readFully(in, ByteBuffer.allocate(PREAMBLE), file).order(ByteOrder.LITTLE_ENDIAN);
        boolean magic = startsLikeOne(preamble);
        if (!magic || preamble.getInt(PREAMBLE - Integer.BYTES) != crcOf(preamble.slice(0, PREAMBLE - Integer.BYTES))) {
            throw corrupt(file, magic ? "the first 28 bytes are damaged" : "is no checkpoint, or damaged at byte 0");
        }
        int version = preamble.getInt(8);
        if (version > VERSION) {
            throw new DataException(
                    DataException.Kind.UNSUPPORTED,
                    file,
                    "version " + version + " was written by a newer Batchmill, this one reads up to " + VERSION);
        }
        if (version < 1) {
            throw corrupt(file, "version " + version + " was never written");
        }
        int headerLength = preamble.getInt(12);
        long length = preamble.getLong(16);
        if (in.size < length) {
            throw truncated(file, in.size, length);
        }
        if (in.size > length || headerLength < 0 || headerLength > LARGEST_HEADER) {
            throw corrupt(file, "is " + in.size + " bytes long, not " + length);
        }
        ByteBuffer header = readFully(in, ByteBuffer.allocate(headerLength + Integer.BYTES), file)
                .order(ByteOrder.LITTLE_ENDIAN);
        if (header.getInt(headerLength) != crcOf(header.slice(0, headerLength))) {
            throw corrupt(file, "the header at byte " + PREAMBLE + " is damaged");
        }
        return parsed(header.array(), headerLength, length, file);
    }

    private static CheckpointHeader parsed(byte[] bytes, int headerLength, long length, String file)
            throws DataException {
        try {
            CheckpointHeader header = CheckpointHeader.ofBytes(Arrays.copyOf(bytes, headerLength));
            long expected = (long) PREAMBLE + headerLength + Integer.BYTES;
            for (CheckpointHeader.Entry entry : header.arrays()) {
                // Counts below zero would make room for others that the file does not hold.
                if (entry.count() < 0 || entry.count() > length / Float.BYTES) {
                    throw corrupt(file, entry.describe() + " claims " + entry.count() + " numbers");
                }
                expected += (long) entry.count() * Float.BYTES;
            }
            if (expected != length) {
                throw corrupt(file, "its arrays need " + expected + " bytes, not " + length);
            }
            checkParameters(header, file);
            return header;
        } catch (RuntimeException | StackOverflowError e) {
            String reason = e instanceof IllegalArgumentException ? e.getMessage() : "its header makes no sense: " + e;
            throw new DataException(DataException.Kind.CORRUPT, file, reason, e);
        }
    }

    /** What reads the parameters takes for granted that the network's are there. */
    private static void checkParameters(CheckpointHeader header, String file) throws DataException {
        Map<String, Integer> counts = new HashMap<>();
        for (CheckpointHeader.Entry entry : header.arrays()) {
            if (entry.part() == CheckpointHeader.Part.PARAMETER) {
                counts.put(entry.parameter(), entry.count());
            }
        }
        for (Parameter parameter : header.network().parameters()) {
            Integer count = counts.get(parameter.name());
            if (count == null || count != parameter.size()) {
                throw corrupt(
                        file,
                        parameter.name() + " needs " + parameter.size() + " numbers, the file holds "
                                + (count == null ? "none" : count));
            }
        }
    }

    private static float[] readArray(Source in, CheckpointHeader.Entry entry, ByteBuffer buffer, String file)
            throws IOException {
        long start = in.position;
        float[] values = new float[entry.count()];
        CRC32C crc = new CRC32C();
        for (int from = 0; from < values.length; from += BUFFER / Float.BYTES) {
            int count = Math.min(BUFFER / Float.BYTES, values.length - from);
            buffer.clear().limit(count * Float.BYTES);
            readFully(in, buffer, file);
            buffer.asFloatBuffer().get(values, from, count);
            crc.update(buffer);
        }
        if ((int) crc.getValue() != entry.crc()) {
            throw corrupt(file, entry.describe() + " at byte " + start + " is damaged");
        }
        return values;
    }

    /** Fills the buffer up to its limit and flips it. */
    private static ByteBuffer readFully(Source in, ByteBuffer buffer, String file) throws IOException {
        while (buffer.hasRemaining()) {
            if (in.read(buffer) < 0) {
                throw truncated(file, in.size, in.position + buffer.remaining());
            }
        }
        return buffer.flip();
    }

    private static DataException truncated(String file, long length, long expected) {
        return new DataException(
                DataException.Kind.TRUNCATED, file, "ends at byte " + length + " of at least " + expected);
    }

    private static DataException corrupt(String file, String reason) {
        return new DataException(DataException.Kind.CORRUPT, file, reason);
    }
}
