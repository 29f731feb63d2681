package org.batchmill.train.arrays;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.batchmill.records.DataException;
import org.batchmill.records.InputFile;

/**
 * The tensors of a file that {@code torch.save} wrote: a state dict, or a checkpoint that holds one. Its pickle is read by a reader that
 * knows tensors, dicts and little else, and runs nothing ({@link PickleReader}). Tensors are read when they are asked for, and no more memory is
 * taken than the file has bytes for. Not thread-safe; {@link #close()} closes the file.
 *
 * <p>Read are files of PyTorch 1.6 and newer, zip archives of {@code data.pkl} and one {@code data/KEY} a storage, not compressed; and the older
 * files of five pickles with the storages behind them.
 */
public final class TorchFile implements Closeable {

    /** Where checkpoints of other programs keep the weights among other things. */
    private static final List<String> PARTS = List.of("state_dict", "model_state_dict", "model", "net", "module");

    /** The pickle, which holds names and shapes and no weights. */
    static final int LARGEST_PICKLE = 4 << 20;

    /** Where the numbers of a storage lie. */
    interface Storages extends Closeable {

        /** How many bytes there are; -1 if there is no such storage. */
        long size(String key) throws IOException;

        /** So many bytes from an offset on, which lie within what {@link #size} says. */
        ByteBuffer read(String key, long offset, int length) throws IOException;

        ByteOrder order();
    }

    /** What is read of a file at once: its pickle's value, and where its numbers are. */
    record Opened(Object root, Storages storages) {}

    /**
     * A tensor.
     *
     * @param dimensions last index fastest
     * @param floating   whether it holds floating-point numbers: others cannot be read
     */
    public record Array(List<Integer> dimensions, boolean floating) {}

    private static final int BLOCK = 1 << 18;

    private final Path file;
    private final Storages storages;
    private final Map<String, Pickle.Tensor> tensors;
    private final Map<String, Array> arrays = new LinkedHashMap<>();
    private final String part;

    private TorchFile(Path file, Storages storages, String part, Map<String, Pickle.Tensor> tensors)
            throws IOException {
        this.file = file;
        this.storages = storages;
        this.part = part;
        this.tensors = tensors;
        for (Map.Entry<String, Pickle.Tensor> tensor : tensors.entrySet()) {
            arrays.put(tensor.getKey(), checked(tensor.getKey(), tensor.getValue()));
        }
    }

    /**
     * Opens a file.
     *
     * @throws DataException if it is damaged, holds no tensors by name, or anything that would have to be run
     */
    public static TorchFile open(Path file) throws IOException {
        Opened opened;
        try (InputFile in = InputFile.open(file)) {
            ByteBuffer start = ByteBuffer.allocate((int) Math.min(in.size(), LARGEST_PICKLE));
            while (start.hasRemaining() && in.read(start, start.position()) > 0) {
                // Reads until the buffer is full or the file ends.
            }
            start.flip();
            boolean zip = start.remaining() > 1 && start.get(0) == 'P' && start.get(1) == 'K';
            opened = zip ? TorchArchive.open(file) : LegacyTorchFile.open(file, start);
        }
        try {
            return of(file, opened);
        } catch (IOException | RuntimeException e) {
            opened.storages().close();
            throw e;
        }
    }

    private static TorchFile of(Path file, Opened opened) throws IOException {
        if (!(opened.root() instanceof Pickle.Dict root)) {
            throw noTensors(file);
        }
        Map<String, Pickle.Tensor> tensors = tensors(root);
        if (!tensors.isEmpty()) {
            return new TorchFile(file, opened.storages(), "", tensors);
        }
        for (String part : PARTS) {
            if (root.entries().get(part) instanceof Pickle.Dict dict) {
                tensors = tensors(dict);
                if (!tensors.isEmpty()) {
                    return new TorchFile(file, opened.storages(), part, tensors);
                }
            }
        }
        throw noTensors(file);
    }

    private static DataException noTensors(Path file) {
        return new DataException(
                DataException.Kind.UNSUPPORTED,
                file.toString(),
                "holds no tensors by name, neither itself nor as " + String.join(", ", PARTS)
                        + ": torch.save(model.state_dict(), FILE) writes such a file");
    }

    private static Map<String, Pickle.Tensor> tensors(Pickle.Dict dict) {
        Map<String, Pickle.Tensor> tensors = new LinkedHashMap<>();
        dict.entries().forEach((key, value) -> {
            if (key instanceof String name && value instanceof Pickle.Tensor tensor) {
                tensors.put(name, tensor);
            }
        });
        return tensors;
    }

    /** The key in the file under which the tensors stood; empty for a plain state dict. */
    public String part() {
        return part;
    }

    /** By name, in the file's order, which is that in which the modules were made. */
    public Map<String, Array> arrays() {
        return arrays;
    }

    private Array checked(String name, Pickle.Tensor tensor) throws IOException {
        Pickle.Storage storage = tensor.storage();
        long bytes = storages.size(storage.key());
        if (bytes < 0 || bytes / storage.type().bytes != storage.numbers() || bytes % storage.type().bytes != 0) {
            throw new DataException(
                    bytes < 0 ? DataException.Kind.MISSING : DataException.Kind.CORRUPT,
                    where(name),
                    storage.numbers() + " numbers of " + storage.type().bytes + " bytes should be there, and "
                            + (bytes < 0 ? "none are" : bytes + " bytes are"));
        }
        long span = span(name, tensor);
        if (tensor.offset() < 0 || tensor.offset() > storage.numbers() - span) {
            throw corrupt(name, "lies outside its storage of " + storage.numbers() + " numbers");
        }
        List<Integer> sizes = tensor.sizes().stream().map(Math::toIntExact).toList();
        return new Array(sizes, storage.type().decoder != null);
    }

    /** From the first number to behind the last; no number is used twice, so that the tensor is no larger than it. */
    private long span(String name, Pickle.Tensor tensor) throws DataException {
        if (tensor.sizes().size() != tensor.strides().size()) {
            throw corrupt(
                    name,
                    "has " + tensor.sizes().size() + " dimensions and "
                            + tensor.strides().size() + " strides");
        }
        long last = 0;
        long count = 1;
        try {
            for (int i = 0; i < tensor.sizes().size(); i++) {
                long size = tensor.sizes().get(i);
                long stride = tensor.strides().get(i);
                if (size < 0 || stride < 0) {
                    throw corrupt(name, "a dimension of " + size + " with a stride of " + stride);
                }
                // No int, no array: refused even where another dimension is 0 and nothing is held.
                count = Math.multiplyExact(count, Math.toIntExact(size));
                last = Math.addExact(last, Math.multiplyExact(Math.max(0, size - 1), stride));
            }
        } catch (ArithmeticException e) {
            throw corrupt(name, "its shape " + tensor.sizes() + " is beyond all files");
        }
        if (count > Integer.MAX_VALUE - 8 || last >= Integer.MAX_VALUE - 8) {
            throw new DataException(DataException.Kind.TOO_LARGE, where(name), "has more than 2^31 values");
        }
        if (count > last + 1) {
            throw corrupt(name, "its shape " + tensor.sizes() + " uses numbers more than once");
        }
        return count == 0 ? 0 : last + 1;
    }

    /**
     * Reads one.
     *
     * @throws DataException if it holds no floating-point numbers
     */
    public NamedArray read(String name) throws IOException {
        Pickle.Tensor tensor = tensors.get(name);
        Array array = arrays.get(name);
        if (!array.floating()) {
            throw new DataException(
                    DataException.Kind.UNSUPPORTED,
                    where(name),
                    "is of " + tensor.storage().type().qualified + "; only floating-point numbers are read");
        }
        float[] stored = stored(tensor, (int) span(name, tensor));
        return new NamedArray(array.dimensions(), contiguous(tensor) ? stored : gathered(tensor, stored));
    }

    private float[] stored(Pickle.Tensor tensor, int span) throws IOException {
        Pickle.Storage storage = tensor.storage();
        FloatDecoder decoder = storage.type().decoder;
        float[] values = new float[span];
        for (int from = 0; from < span; from += BLOCK) {
            int here = Math.min(BLOCK, span - from);
            ByteBuffer bytes = storages.read(
                            storage.key(), (tensor.offset() + from) * decoder.size, here * decoder.size)
                    .order(storages.order());
            for (int i = 0; i < here; i++) {
                values[from + i] = decoder.next(bytes);
            }
        }
        return values;
    }

    private static boolean contiguous(Pickle.Tensor tensor) {
        long next = 1;
        for (int i = tensor.sizes().size() - 1; i >= 0; i--) {
            if (tensor.sizes().get(i) != 1 && tensor.strides().get(i) != next) {
                return false;
            }
            next *= tensor.sizes().get(i);
        }
        return true;
    }

    /** In the order of the indices. */
    private static float[] gathered(Pickle.Tensor tensor, float[] stored) {
        List<Long> sizes = tensor.sizes();
        long count = sizes.stream().reduce(1L, (a, b) -> a * b);
        float[] values = new float[(int) count];
        long[] index = new long[sizes.size()];
        long at = 0;
        for (int i = 0; i < values.length; i++) {
            values[i] = stored[(int) at];
            for (int d = index.length - 1; d >= 0; d--) {
                at += tensor.strides().get(d);
                if (++index[d] < sizes.get(d)) {
                    break;
                }
                at -= tensor.strides().get(d) * sizes.get(d);
                index[d] = 0;
            }
        }
        return values;
    }

    private String where(String name) {
        return file + ": " + name.substring(0, Math.min(name.length(), 200));
    }

    private DataException corrupt(String name, String reason) {
        return new DataException(DataException.Kind.CORRUPT, where(name), reason);
    }

    @Override
    public void close() throws IOException {
        storages.close();
    }
}
