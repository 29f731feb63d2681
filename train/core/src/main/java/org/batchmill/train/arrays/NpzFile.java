package org.batchmill.train.arrays;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.batchmill.records.DataException;
import org.batchmill.records.InputFile;
import org.batchmill.records.storage.LocalCopy;
import org.batchmill.records.storage.PendingFile;
import org.batchmill.records.storage.Storage;

/**
 * Arrays by name as {@code numpy.savez} writes them: a zip file with one {@code NAME.npy} each. What lies in the archive is never
 * written anywhere, whatever its name.
 */
public final class NpzFile {

    private static final String SUFFIX = ".npy";

    /** Of all arrays together, in the file's own size, beyond some bytes that any file may have. */
    private static final int MOST_INFLATION = 256;

    private static final long FREE_BYTES = 16 << 20;
    private static final int MOST_ARRAYS = 100_000;

    private NpzFile() {}

    /** Ends where the entries of one archive, some of which may share their bytes, inflate to too much. */
    private static final class Metered extends FilterInputStream {

        private final long[] budget;
        private final String where;

        Metered(InputStream in, long[] budget, String where) {
            super(in);
            this.budget = budget;
            this.where = where;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int read = in.read(bytes, offset, length);
            budget[0] -= Math.max(read, 0);
            if (budget[0] < 0) {
                throw new DataException(
                        DataException.Kind.TOO_LARGE,
                        where,
                        "the archive inflates to more than " + MOST_INFLATION + " times its size");
            }
            return read;
        }
    }

    /** Writes the arrays in place of what stood there; the same arrays give the same bytes. */
    public static void write(Path file, Map<String, NamedArray> arrays) throws IOException {
        try (PendingFile target = Storage.of(file).create(file)) {
            OutputStream plain = Channels.newOutputStream(target);
            ZipOutputStream zip = new ZipOutputStream(plain);
            zip.setMethod(ZipOutputStream.DEFLATED);
            zip.setLevel(1);
            for (Map.Entry<String, NamedArray> array : arrays.entrySet()) {
                ZipEntry entry = new ZipEntry(array.getKey() + SUFFIX);
                entry.setTime(0);
                zip.putNextEntry(entry);
                NpyFile.write(zip, array.getValue());
                zip.closeEntry();
            }
            zip.finish();
            zip.flush();
            target.commit();
        }
    }

    /**
     * Reads every array.
     *
     * @throws DataException naming file and array, if it is damaged or holds anything but floating-point numbers
     */
    public static Map<String, NamedArray> read(Path file) throws IOException {
        Map<String, NamedArray> arrays = new LinkedHashMap<>();
        requireReadable(file);
        try (LocalCopy copy = LocalCopy.of(file);
                ZipFile zip = new ZipFile(copy.path().toFile())) {
            long[] budget = {Files.size(copy.path()) * MOST_INFLATION + FREE_BYTES};
            for (ZipEntry entry : Collections.list(zip.entries())) {
                String name = entry.getName();
                String where = file + ": " + name;
                if (!name.endsWith(SUFFIX)) {
                    throw new DataException(DataException.Kind.UNSUPPORTED, where, "is no array");
                }
                if (arrays.size() == MOST_ARRAYS) {
                    throw new DataException(
                            DataException.Kind.TOO_LARGE,
                            file.toString(),
                            "holds more than " + MOST_ARRAYS + " arrays");
                }
                try (InputStream in =
                        new SummedEntry(new Metered(zip.getInputStream(entry), budget, where), entry, where)) {
                    arrays.put(name.substring(0, name.length() - SUFFIX.length()), NpyFile.read(in, where));
                } catch (EOFException e) {
                    throw new DataException(
                            DataException.Kind.CORRUPT, where, "its bytes are not where the archive says", e);
                }
            }
        } catch (ZipException | EOFException | IllegalArgumentException e) {
            throw new DataException(
                    DataException.Kind.CORRUPT, file.toString(), "is no intact npz: " + e.getMessage(), e);
        }
        return arrays;
    }

    /** What an archive's reader says of a file that is not there, or is none, is not in our words. */
    private static void requireReadable(Path file) throws IOException {
        try (InputFile in = InputFile.open(file)) {
            in.read(ByteBuffer.allocate(1));
        }
    }
}
