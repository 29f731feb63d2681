package org.batchmill.train.arrays;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.batchmill.records.DataException;

/**
 * One array in NumPy's format: {@code \x93NUMPY}, version, length of the header, a Python dict literal, the data. Only arrays of
 * floating-point numbers in C order are read; the header is matched, never evaluated, and nothing is unpickled.
 */
final class NpyFile {

    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    /** NumPy's own limit. */
    private static final int LARGEST_HEADER = 10_000;

    /** The data must stand 64 bytes aligned. */
    private static final int ALIGNMENT = 64;

    private static final int BLOCK = 1 << 16;
    private static final Pattern DESCR = Pattern.compile("'descr'\\s*:\\s*'([^']*)'");
    private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
    private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([\\d,\\s]*)\\)");

    private NpyFile() {}

    static void write(OutputStream out, NamedArray array) throws IOException {
        StringBuilder shape = new StringBuilder();
        array.dimensions().forEach(dimension -> shape.append(dimension).append(','));
        String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + shape + "), }";
        int prefix = MAGIC.length + 4;
        int padded = (prefix + header.length() + 1 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT - prefix;
        ByteBuffer start = ByteBuffer.allocate(prefix + padded).order(ByteOrder.LITTLE_ENDIAN);
        start.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) padded);
        start.put(header.getBytes(StandardCharsets.US_ASCII));
        Arrays.fill(start.array(), start.position(), prefix + padded - 1, (byte) ' ');
        start.array()[prefix + padded - 1] = '\n';
        out.write(start.array());
        ByteBuffer block = ByteBuffer.allocate(BLOCK).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : array.values()) {
            if (!block.hasRemaining()) {
                out.write(block.array());
                block.clear();
            }
            block.putFloat(value);
        }
        out.write(block.array(), 0, block.position());
    }

    static NamedArray read(InputStream in, String where) throws IOException {
        byte[] start = in.readNBytes(MAGIC.length + 2);
        if (start.length < MAGIC.length + 2 || !Arrays.equals(Arrays.copyOf(start, MAGIC.length), MAGIC)) {
            throw new DataException(DataException.Kind.CORRUPT, where, "is no npy array");
        }
        int lengthBytes = start[MAGIC.length] == 1 ? 2 : 4;
        ByteBuffer length = ByteBuffer.wrap(exactly(in, lengthBytes, where)).order(ByteOrder.LITTLE_ENDIAN);
        long headerLength =
                lengthBytes == 2 ? Short.toUnsignedLong(length.getShort()) : Integer.toUnsignedLong(length.getInt());
        if (headerLength > LARGEST_HEADER) {
            throw new DataException(
                    DataException.Kind.TOO_LARGE,
                    where,
                    "a header of " + headerLength + " bytes; at most " + LARGEST_HEADER + " are read");
        }
        String header = new String(exactly(in, (int) headerLength, where), StandardCharsets.ISO_8859_1);
        return data(in, header, where);
    }

    private static byte[] exactly(InputStream in, int count, String where) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new DataException(DataException.Kind.TRUNCATED, where, "ends inside the header");
        }
        return bytes;
    }

    private static NamedArray data(InputStream in, String header, String where) throws IOException {
        String type = find(DESCR, header, where);
        if (find(ORDER, header, where).equals("True")) {
            throw new DataException(
                    DataException.Kind.UNSUPPORTED, where, "is in Fortran order: save numpy.ascontiguousarray(a)");
        }
        List<Integer> dimensions = new ArrayList<>();
        long count = 1;
        for (String number : find(SHAPE, header, where).split(",", -1)) {
            if (!number.isBlank()) {
                int dimension = dimension(number.strip(), where);
                dimensions.add(dimension);
                count = Math.multiplyExact(count, (long) dimension);
                if (count > Integer.MAX_VALUE - 8) {
                    throw new DataException(DataException.Kind.TOO_LARGE, where, "more than 2^31 values");
                }
            }
        }
        return new NamedArray(dimensions, values(in, decoder(type, where), order(type), (int) count, where));
    }

    private static int dimension(String number, String where) throws DataException {
        if (number.length() > 9) {
            throw new DataException(DataException.Kind.TOO_LARGE, where, "a dimension of " + shown(number));
        }
        try {
            return Integer.parseInt(number);
        } catch (NumberFormatException e) {
            throw new DataException(DataException.Kind.CORRUPT, where, "a dimension of \"" + shown(number) + "\"", e);
        }
    }

    private static String find(Pattern pattern, String header, String where) throws DataException {
        Matcher matcher = pattern.matcher(header);
        if (!matcher.find()) {
            throw new DataException(
                    DataException.Kind.UNSUPPORTED, where, "its header is not that of a plain array: " + shown(header));
        }
        return matcher.group(1);
    }

    /** What is there of a line for people. */
    private static String shown(String header) {
        String start = header.strip();
        return start.substring(0, Math.min(start.length(), 200)).replaceAll("[^ -~]", "?");
    }

    private static ByteOrder order(String type) {
        return type.startsWith(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    }

    private static FloatDecoder decoder(String type, String where) throws DataException {
        return switch (type.isEmpty() ? "" : type.substring(1)) {
            case "f2" -> FloatDecoder.HALF;
            case "f4" -> FloatDecoder.SINGLE;
            case "f8" -> FloatDecoder.DOUBLE;
            default ->
                throw new DataException(
                        DataException.Kind.UNSUPPORTED,
                        where,
                        "holds values of type " + shown(type) + "; only floating-point numbers are read");
        };
    }

    /** Memory grows with the data that is really there, not with what the header claims. */
    private static float[] values(InputStream in, FloatDecoder decoder, ByteOrder order, int count, String where)
            throws IOException {
        float[] values = new float[Math.min(count, BLOCK)];
        int filled = 0;
        try {
            while (filled < count) {
                int wanted = Math.min(BLOCK / decoder.size, count - filled) * decoder.size;
                byte[] block = in.readNBytes(wanted);
                if (block.length < wanted) {
                    throw new EOFException("after " + filled + " of " + count + " values");
                }
                ByteBuffer bytes = ByteBuffer.wrap(block).order(order);
                int here = wanted / decoder.size;
                if (filled + here > values.length) {
                    values = Arrays.copyOf(values, (int) Math.min(count, 2L * Math.max(values.length, here)));
                }
                for (int i = 0; i < here; i++) {
                    values[filled++] = decoder.next(bytes);
                }
            }
        } catch (EOFException e) {
            throw new DataException(DataException.Kind.TRUNCATED, where, "ends " + e.getMessage(), e);
        }
        if (in.read() >= 0) {
            throw new DataException(DataException.Kind.CORRUPT, where, "holds more than its " + count + " values");
        }
        return values;
    }
}
