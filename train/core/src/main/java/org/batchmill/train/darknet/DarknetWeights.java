package org.batchmill.train.darknet;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.batchmill.records.DataException;
import org.batchmill.records.InputFile;
import org.batchmill.records.PositionedFile;
import org.batchmill.records.UsageException;
import org.batchmill.records.storage.PendingFile;
import org.batchmill.records.storage.Storage;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Parameter;

/**
 * Weights files of the reference program. A file does not say what network it belongs to, so its length must be exactly that of the
 * network's parameters, or of some of its layers, behind one of the three headers ({@link DarknetHeader}); everything else is refused.
 * Stateless.
 *
 * <p>Reading takes some rows at a time straight into the parameters, so that it needs little memory beside them.
 */
public final class DarknetWeights {

    private static final int LAYOUT_FLAG = 1000;
    /** Floats that are transposed or written at a time. */
    private static final int CHUNK = 1 << 18;

    private DarknetWeights() {}

    /**
     * What a file says of itself.
     *
     * @param header     its kind
     * @param transposed whether its dense weights are [in][out]
     * @param seen       images that it was trained on, never negative
     */
    public record Info(DarknetHeader header, boolean transposed, long seen) {}

    /**
     * What a file held of a network.
     *
     * @param layers      that were taken, from the first on
     * @param otherOutputs of the last layer in the file, where it has another number than the network's; 0 where it has not
     */
    public record Start(Info info, List<String> layers, long otherOutputs) {}

    /** Reads all parameters by name, in their canonical layouts. */
    public static Map<String, float[]> read(Path file, Network network) throws IOException {
        Map<String, float[]> parameters = new LinkedHashMap<>();
        read(file, network, parameters::put);
        return parameters;
    }

    /**
     * Hands out the parameters one by one, in the order of the file.
     *
     * @param sink takes a name and the values, which are its own
     * @throws DataException if the file is cut, too long or of another network
     */
    public static Info read(Path file, Network network, BiConsumer<String, float[]> sink) throws IOException {
        List<WeightStream.Entry> stream = WeightStream.of(network);
        try (InputFile channel = InputFile.open(file);
                PositionedFile values = PositionedFile.open(file)) {
            Info info = info(file, channel);
            requireWhole(file, channel.size(), network, info.header().bytes(), WeightStream.floats(stream));
            hand(values, info, stream, sink);
            return info;
        }
    }

    /**
     * Hands out the parameters of the layers that a file holds: all, the first ones alone ({@code *.conv.weights}), or all but a last layer
     * that has another number of outputs there, for other classes.
     *
     * @param sink takes a name and the values, which are its own
     * @throws DataException if the file ends elsewhere than behind a layer, or is of another network
     */
    public static Start readStart(Path file, Network network, BiConsumer<String, float[]> sink) throws IOException {
        List<WeightStream.Entry> stream = WeightStream.of(network);
        try (InputFile channel = InputFile.open(file);
                PositionedFile values = PositionedFile.open(file)) {
            Info info = info(file, channel);
            StoredLayers stored = StoredLayers.of(
                    file, network.name(), stream, channel.size() - info.header().bytes());
            hand(values, info, stored.entries(), sink);
            return new Start(info, stored.layers(), stored.otherOutputs());
        }
    }

    /** Whether {@link #readStart} would take the file for one of the network; false for a network that the format has no place for. */
    public static boolean fits(Path file, Network network) throws IOException {
        try (InputFile channel = InputFile.open(file)) {
            Info info = info(file, channel);
            StoredLayers.of(
                    file,
                    network.name(),
                    WeightStream.of(network),
                    channel.size() - info.header().bytes());
            return true;
        } catch (DataException | UsageException e) {
            return false;
        }
    }

    private static void hand(
            PositionedFile values, Info info, List<WeightStream.Entry> stream, BiConsumer<String, float[]> sink)
            throws IOException {
        long position = info.header().bytes();
        for (WeightStream.Entry entry : stream) {
            Parameter parameter = entry.parameter();
            float[] array = new float[parameter.size()];
            if (entry.dense() && info.transposed()) {
                transpose(values, position, parameter.dimensions().get(0), array);
            } else {
                read(values, position, array, array.length);
            }
            sink.accept(parameter.name(), array);
            position += (long) array.length * Float.BYTES;
        }
    }

    /** Fills the first {@code count} places. */
    private static void read(PositionedFile from, long position, float[] into, int count) throws IOException {
        for (int done = 0; done < count; done += CHUNK) {
            int some = Math.min(CHUNK, count - done);
            from.read(position + (long) done * Float.BYTES, some * Float.BYTES)
                    .asFloatBuffer()
                    .get(into, done, some);
        }
    }

    /** From [in][out] to [out][in], some rows at a time so that the reads are long ones. */
    private static void transpose(PositionedFile from, long position, int outputs, float[] into) throws IOException {
        int inputs = into.length / outputs;
        int rows = Math.max(1, CHUNK / outputs);
        float[] chunk = new float[rows * outputs];
        for (int first = 0; first < inputs; first += rows) {
            int count = Math.min(rows, inputs - first);
            read(from, position + (long) first * outputs * Float.BYTES, chunk, count * outputs);
            for (int out = 0; out < outputs; out++) {
                int target = out * inputs + first;
                for (int row = 0; row < count; row++) {
                    into[target + row] = chunk[row * outputs + out];
                }
            }
        }
    }

    private static Info info(Path file, InputFile channel) throws IOException {
        ByteBuffer start =
                ByteBuffer.allocate(DarknetHeader.VERSION_0_2.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        while (start.hasRemaining() && channel.read(start, start.position()) > 0) {
            // Reads until the header is there or the file ends.
        }
        start.flip();
        if (start.remaining() < DarknetHeader.RATES_2015.bytes()) {
            throw lessThanAHeader(file, start);
        }
        return header(file, start);
    }

    private static DataException lessThanAHeader(Path file, ByteBuffer start) {
        return new DataException(
                DataException.Kind.TRUNCATED,
                file.toString(),
                "has " + start.remaining() + " bytes, less than a header");
    }

    private static void requireWhole(Path file, long length, Network network, int header, long floats)
            throws DataException {
        long expected = header + floats * Float.BYTES;
        if (length != expected) {
            String reason = network.name() + " has " + floats + " parameters, which makes " + expected
                    + " bytes with this header, but the file has " + length;
            throw length < expected
                    ? new DataException(
                            DataException.Kind.TRUNCATED, file.toString(), reason + ": it is cut or of another network")
                    : new DataException(
                            DataException.Kind.CORRUPT,
                            file.toString(),
                            reason + ": it is too long or of another network");
        }
    }

    /**
     * What the words say; a rate's bits make a huge version. It holds only if the length of the file agrees. The reference reads every
     * word as it comes; a negative one is none that it has written, be it a version, a rate or the images seen, which go on counting from
     * there.
     */
    private static Info header(Path file, ByteBuffer start) throws DataException {
        int major = requireNoNegative(file, "first", start.getInt(0));
        int minor = requireNoNegative(file, "second", start.getInt(4));
        requireNoNegative(file, "third", start.getInt(8));
        if (major >= LAYOUT_FLAG || minor >= LAYOUT_FLAG) {
            boolean transposed = major > LAYOUT_FLAG || minor > LAYOUT_FLAG;
            return new Info(DarknetHeader.RATES_2015, transposed, requireSeen(file, start.getInt(12)));
        }
        if (major * 10 + minor < 2) {
            return new Info(DarknetHeader.VERSION_0_1, false, requireSeen(file, start.getInt(12)));
        }
        if (start.remaining() < DarknetHeader.VERSION_0_2.bytes()) {
            throw lessThanAHeader(file, start);
        }
        return new Info(DarknetHeader.VERSION_0_2, false, requireSeen(file, start.getLong(12)));
    }

    private static int requireNoNegative(Path file, String place, int word) throws DataException {
        if (word < 0) {
            throw new DataException(
                    DataException.Kind.CORRUPT,
                    file.toString(),
                    "the " + place + " word of its header is " + word + ", neither a version nor the bits of a rate");
        }
        return word;
    }

    private static long requireSeen(Path file, long seen) throws DataException {
        if (seen < 0) {
            throw new DataException(
                    DataException.Kind.CORRUPT, file.toString(), "its header counts " + seen + " images seen");
        }
        return seen;
    }

    /**
     * Writes a file in place of what stood there.
     *
     * @param parameters gives the values of a parameter by name, in the canonical layout
     * @param seen       images that the network was trained on
     * @throws UsageException if the network has parameters that the format has no place for, or the header none for so many images
     */
    public static void write(
            Path file, Network network, Function<String, float[]> parameters, DarknetHeader header, long seen)
            throws IOException {
        List<WeightStream.Entry> stream = WeightStream.of(network);
        if (header != DarknetHeader.VERSION_0_2 && seen > Integer.MAX_VALUE) {
            throw new UsageException("this header counts " + Integer.MAX_VALUE + " images seen at most, not " + seen
                    + ": that of version 0.2 counts on");
        }
        try (PendingFile out = Storage.of(file).create(file)) {
            out.write(headerBytes(header, seen));
            for (WeightStream.Entry entry : stream) {
                float[] values = parameters.apply(entry.parameter().name());
                boolean transpose = entry.dense() && header == DarknetHeader.RATES_2015;
                writeValues(
                        out, values, transpose ? entry.parameter().dimensions().get(0) : 1);
            }
            out.commit();
        }
    }

    private static ByteBuffer headerBytes(DarknetHeader header, long seen) {
        ByteBuffer bytes = ByteBuffer.allocate(header.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        switch (header) {
            case RATES_2015 ->
                bytes.putFloat(1e-4f).putFloat(.9f).putFloat(5e-4f).putInt(Math.toIntExact(seen));
            case VERSION_0_1 -> bytes.putInt(0).putInt(1).putInt(0).putInt(Math.toIntExact(seen));
            case VERSION_0_2 -> bytes.putInt(0).putInt(2).putInt(0).putLong(seen);
        }
        return bytes.flip();
    }

    /** Writes an array of {@code rows} rows column by column; one row is written as it is. */
    private static void writeValues(PendingFile out, float[] values, int rows) throws IOException {
        int columns = values.length / rows;
        int most = Math.max(1, CHUNK / rows);
        float[] chunk = new float[most * rows];
        ByteBuffer bytes = ByteBuffer.allocateDirect(chunk.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        FloatBuffer floats = bytes.asFloatBuffer();
        for (int first = 0; first < columns; first += most) {
            int count = Math.min(most, columns - first);
            for (int row = 0; row < rows; row++) {
                for (int column = 0; column < count; column++) {
                    chunk[column * rows + row] = values[row * columns + first + column];
                }
            }
            floats.clear().put(chunk, 0, count * rows);
            out.write(bytes.clear().limit(count * rows * Float.BYTES));
        }
    }
}
