package org.batchmill.train.arrays;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.batchmill.records.DataException;
import org.batchmill.records.PositionedFile;

/**
 * What {@code torch.save} wrote before PyTorch 1.6, and still does on demand. Five pickles, and for each key of the last the storage:
 *
 * <pre>
 * magic number | protocol 1001 | facts of the machine | the state dict | [key, ...] | (int64 count | numbers) ...
 * </pre>
 */
final class LegacyTorchFile implements TorchFile.Storages {

    private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
    private static final long PROTOCOL = 1001;

    private record Place(long offset, long bytes) {}

    private final PositionedFile file;
    private final Map<String, Place> places = new HashMap<>();

    private LegacyTorchFile(PositionedFile file) {
        this.file = file;
    }

    /** @param start of the file, as much as pickles may take */
    static TorchFile.Opened open(Path path, ByteBuffer start) throws IOException {
        String where = path.toString();
        if (!startsAsOne(start)
                || !MAGIC.equals(new PickleReader(start, where).read())
                || !Long.valueOf(PROTOCOL).equals(new PickleReader(start, where).read())) {
            throw new DataException(
                    DataException.Kind.UNSUPPORTED, where, "is no file that torch.save of PyTorch 0.2 or newer wrote");
        }
        if (new PickleReader(start, where).read() instanceof Pickle.Dict facts
                && Boolean.FALSE.equals(facts.entries().get("little_endian"))) {
            throw new DataException(DataException.Kind.UNSUPPORTED, where, "was written on a big-endian machine");
        }
        PickleReader state = new PickleReader(start, where);
        Object root = state.read();
        Object keys = new PickleReader(start, where).read();
        LegacyTorchFile legacy = new LegacyTorchFile(PositionedFile.open(path));
        try {
            legacy.place(keys, state.storages(), start.position(), where);
        } catch (IOException | RuntimeException e) {
            legacy.close();
            throw e;
        }
        return new TorchFile.Opened(root, legacy);
    }

    /** Anything else is told as what it is not, rather than by the first byte that is no instruction. */
    private static boolean startsAsOne(ByteBuffer start) {
        return start.remaining() > 3 && (start.get(0) & 0xff) == 0x80 && (start.get(2) & 0xff) == 0x8a;
    }

    private void place(Object keys, Map<String, Pickle.Storage> storages, long start, String where) throws IOException {
        if (!(keys instanceof Pickle.Items list)) {
            throw new DataException(DataException.Kind.CORRUPT, where, "has no list of what follows its pickles");
        }
        long position = start;
        for (Object key : list.values) {
            Pickle.Storage storage = key instanceof String text ? storages.get(text) : null;
            if (storage == null) {
                throw new DataException(DataException.Kind.CORRUPT, where, "lists numbers that nothing uses");
            }
            if (file.size() - position < Long.BYTES) {
                throw cut(where);
            }
            long numbers = file.read(position, Long.BYTES).getLong();
            long left = (file.size() - position - Long.BYTES) / storage.type().bytes;
            if (numbers != storage.numbers() || numbers > left) {
                throw numbers == storage.numbers()
                        ? cut(where)
                        : new DataException(
                                DataException.Kind.CORRUPT,
                                where,
                                "byte " + position + ": " + numbers + " numbers where " + storage.numbers()
                                        + " are promised");
            }
            long bytes = numbers * storage.type().bytes;
            places.put(storage.key(), new Place(position + Long.BYTES, bytes));
            position += Long.BYTES + bytes;
        }
    }

    private DataException cut(String where) {
        return new DataException(DataException.Kind.TRUNCATED, where, "ends at byte " + file.size());
    }

    @Override
    public long size(String key) {
        Place place = places.get(key);
        return place == null ? -1 : place.bytes();
    }

    @Override
    public ByteBuffer read(String key, long offset, int length) throws IOException {
        return file.read(places.get(key).offset() + offset, length);
    }

    @Override
    public ByteOrder order() {
        return ByteOrder.LITTLE_ENDIAN;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
