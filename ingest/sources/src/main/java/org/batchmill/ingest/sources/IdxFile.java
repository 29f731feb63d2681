package org.batchmill.ingest.sources;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.InputFile;

/**
 * An IDX file of unsigned bytes, plain or gzipped, read whole: {@code 0, 0, 8, number of dimensions}, each dimension as a
 * big-endian u32, then the bytes, the last dimension fastest.
 *
 * @param sizes  of the dimensions
 * @param values all bytes
 */
@SuppressWarnings("ArrayRecordComponent") // handed over inside this package, never compared
record IdxFile(int[] sizes, ByteBuffer values) {

    private static final int UNSIGNED_BYTES = 8;
    private static final int BUFFER_BYTES = 64 << 10;

    /** All of a file stays in memory: MNIST's largest has 47 MB. */
    private static final long MAX_BYTES = 1L << 30;

    /**
     * Reads a file.
     *
     * @param dimensions how many it must have
     * @throws DataException if it is not such a file, is cut short, or holds more than 1 GiB
     */
    static IdxFile read(Path file, int dimensions) throws IOException {
        try (InputStream raw = InputFile.stream(file);
                InputStream in = file.toString().endsWith(".gz") ? new GZIPInputStream(raw, BUFFER_BYTES) : raw) {
            int magic = ByteBuffer.wrap(exactly(in, Integer.BYTES, file)).getInt();
            if (magic != (UNSIGNED_BYTES << 8 | dimensions)) {
                throw new DataException(
                        Kind.UNSUPPORTED,
                        file.toString(),
                        "not an IDX file of bytes in " + dimensions + " dimensions: it begins with 0x"
                                + Integer.toHexString(magic));
            }
            int[] sizes = new int[dimensions];
            ByteBuffer.wrap(exactly(in, dimensions * Integer.BYTES, file))
                    .asIntBuffer()
                    .get(sizes);
            byte[] values = exactly(in, length(sizes, file), file);
            if (in.read() >= 0) {
                throw new DataException(Kind.CORRUPT, file.toString(), "more bytes than its header promises");
            }
            return new IdxFile(sizes, ByteBuffer.wrap(values));
        } catch (EOFException e) {
            throw new DataException(Kind.TRUNCATED, file.toString(), "the compressed data ends too early", e);
        } catch (ZipException e) {
            throw new DataException(Kind.CORRUPT, file.toString(), e.getMessage(), e);
        }
    }

    private static int length(int[] sizes, Path file) throws DataException {
        long length = 1;
        for (int size : sizes) {
            if (size < 0) {
                throw new DataException(Kind.CORRUPT, file.toString(), "a dimension of " + size);
            }
            length *= size;
            if (length > MAX_BYTES) {
                throw new DataException(
                        Kind.TOO_LARGE, file.toString(), "its header promises more than " + MAX_BYTES + " bytes");
            }
        }
        return (int) length;
    }

    private static byte[] exactly(InputStream in, int length, Path file) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new DataException(
                    Kind.TRUNCATED, file.toString(), "it ends " + (length - bytes.length) + " bytes too early");
        }
        return bytes;
    }
}
