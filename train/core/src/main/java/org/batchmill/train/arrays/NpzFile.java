package org.batchmill.train.arrays;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.batchmill.records.AtomicFile;
import org.batchmill.records.DataException;

/**
 * Arrays by name as {@code numpy.savez} writes them: a zip file with one {@code NAME.npy} each. What lies in the archive is never
 * written anywhere, whatever its name.
 */
public final class NpzFile {

    private static final String SUFFIX = ".npy";

    private NpzFile() {}

    /** Writes the arrays in place of what stood there; the same arrays give the same bytes. */
    public static void write(Path file, Map<String, NamedArray> arrays) throws IOException {
        try (AtomicFile target = AtomicFile.create(file)) {
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
        try (ZipFile zip = new ZipFile(file.toFile())) {
            for (ZipEntry entry : Collections.list(zip.entries())) {
                String name = entry.getName();
                String where = file + ": " + name;
                if (!name.endsWith(SUFFIX)) {
                    throw new DataException(DataException.Kind.UNSUPPORTED, where, "is no array");
                }
                try (InputStream in = zip.getInputStream(entry)) {
                    arrays.put(name.substring(0, name.length() - SUFFIX.length()), NpyFile.read(in, where));
                }
            }
        } catch (ZipException e) {
            throw new DataException(DataException.Kind.CORRUPT, file.toString(), e.getMessage(), e);
        } catch (NoSuchFileException e) {
            throw new DataException(DataException.Kind.MISSING, file.toString(), "there is no such file", e);
        }
        return arrays;
    }
}
