package org.batchmill.ingest.sources.kafka;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;

/**
 * A block as bytes, big-endian:
 *
 * <pre>
 *   block   := version (u8) | number (i64) | earlier (i32) | shuffled (u8) | seed (i64) | positions | count (i32) | entry{count} | positions
 *   positions  := count (i32) | (partition (i32) | text (UTF: PartitionPlace)){count}
 *   entry   := partition (i32) | offset (i64) | row (i32) | heldOut (u8) | timestamp (i64) | key
 *   key     := length (i32), -1 for none | bytes{length}
 * </pre>
 */
final class BlockCodec {

    private static final int VERSION = 1;

    /** Of an empty block. */
    static final int LEAST_BYTES = 2 + 2 * Long.BYTES + 4 * Integer.BYTES;

    /** An entry without a key: two numbers of 4 bytes, two of 8, a flag, the length of the key. */
    private static final int LEAST_ENTRY = 29;

    private BlockCodec() {}

    static byte[] write(Block block) throws IOException {
        ByteArrayOutputStream bytes =
                new ByteArrayOutputStream(64 * (block.entries().size() + 1));
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeByte(VERSION);
        out.writeLong(block.number());
        out.writeInt(block.earlier());
        out.writeBoolean(block.order().shuffled());
        out.writeLong(block.order().seed());
        write(out, block.start());
        out.writeInt(block.entries().size());
        for (Block.Entry entry : block.entries()) {
            out.writeInt(entry.partition());
            out.writeLong(entry.offset());
            out.writeInt(entry.row());
            out.writeBoolean(entry.heldOut());
            out.writeLong(entry.timestamp());
            out.writeInt(entry.key() == null ? -1 : entry.key().length);
            if (entry.key() != null) {
                out.write(entry.key());
            }
        }
        write(out, block.end());
        return bytes.toByteArray();
    }

    private static void write(DataOutputStream out, Map<Integer, PartitionPosition> positions) throws IOException {
        out.writeInt(positions.size());
        for (Map.Entry<Integer, PartitionPosition> position : new TreeMap<>(positions).entrySet()) {
            out.writeInt(position.getKey());
            out.writeUTF(position.getValue().encode());
        }
    }

    /** The number of the block whose payload this is. */
    static long number(byte[] payload) {
        return ByteBuffer.wrap(payload).getLong(1);
    }

    /** @throws DataException if the bytes, whose checksum holds, are no block of this version */
    static Block read(byte[] payload, String where) throws DataException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(payload))) {
            int version = in.readUnsignedByte();
            if (version != VERSION) {
                throw new DataException(
                        Kind.UNSUPPORTED, where, "a block of version " + version + ", this one reads " + VERSION);
            }
            long number = in.readLong();
            int earlier = in.readInt();
            Block.Order order = new Block.Order(in.readBoolean(), in.readLong());
            Map<Integer, PartitionPosition> start = positions(in);
            int count = in.readInt();
            List<Block.Entry> entries = new ArrayList<>(Math.min(count, payload.length / LEAST_ENTRY));
            for (int i = 0; i < count; i++) {
                entries.add(entry(in, payload.length));
            }
            return new Block(number, earlier, order, start, entries, positions(in));
        } catch (DataException e) {
            throw e;
        } catch (IOException | IllegalArgumentException e) {
            throw new DataException(Kind.CORRUPT, where, "is no block: " + e.getMessage(), e);
        }
    }

    private static Block.Entry entry(DataInputStream in, int limit) throws IOException {
        int partition = in.readInt();
        long offset = in.readLong();
        int row = in.readInt();
        boolean heldOut = in.readBoolean();
        long timestamp = in.readLong();
        int length = in.readInt();
        if (length < -1 || length > limit) {
            throw new IOException("a key of " + length + " bytes");
        }
        byte[] key = length < 0 ? null : in.readNBytes(length);
        return new Block.Entry(partition, offset, row, heldOut, timestamp, key);
    }

    private static Map<Integer, PartitionPosition> positions(DataInputStream in) throws IOException {
        int count = in.readInt();
        Map<Integer, PartitionPosition> positions = new HashMap<>();
        long taken = 0;
        for (int i = 0; i < count; i++) {
            int partition = in.readInt();
            PartitionPosition position = PartitionPosition.parse(in.readUTF());
            taken = position.takenAfter(taken);
            positions.put(partition, position);
        }
        return positions;
    }
}
