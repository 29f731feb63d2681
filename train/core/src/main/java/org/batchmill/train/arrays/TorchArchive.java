package org.batchmill.train.arrays;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.batchmill.records.DataException;
import org.batchmill.records.storage.LocalCopy;

/**
 * A zip archive of {@code NAME/data.pkl}, {@code NAME/data/KEY} for each storage and, from PyTorch 2.1 on, {@code NAME/byteorder}. Entries
 * are not compressed, so that what they hold is no larger than the file.
 */
final class TorchArchive implements TorchFile.Storages {

    private static final String PICKLE = "/data.pkl";

    private final Path file;
    private final LocalCopy copy;
    private final ZipFile zip;
    private final String folder;
    private final ByteOrder order;
    private final Set<String> summed = new HashSet<>();

    private TorchArchive(Path file, LocalCopy copy, ZipFile zip, String folder) throws IOException {
        this.file = file;
        this.copy = copy;
        this.zip = zip;
        this.folder = folder;
        ZipEntry entry = zip.getEntry(folder + "/byteorder");
        boolean big = entry != null && new String(start(entry, 3), StandardCharsets.US_ASCII).equals("big");
        this.order = big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    }

    static TorchFile.Opened open(Path file) throws IOException {
        LocalCopy copy = LocalCopy.of(file);
        ZipFile zip;
        try {
            zip = new ZipFile(copy.path().toFile());
        } catch (ZipException | EOFException | IllegalArgumentException e) {
            copy.close();
            throw new DataException(
                    DataException.Kind.CORRUPT, file.toString(), "is no intact archive: " + e.getMessage(), e);
        }
        try {
            ZipEntry pickle = zip.stream()
                    .filter(entry -> entry.getName().endsWith(PICKLE))
                    .findFirst()
                    .orElseThrow(() -> new DataException(
                            DataException.Kind.UNSUPPORTED, file.toString(), "is an archive without a data.pkl"));
            String name = pickle.getName();
            TorchArchive archive =
                    new TorchArchive(file, copy, zip, name.substring(0, name.length() - PICKLE.length()));
            if (pickle.getSize() > TorchFile.LARGEST_PICKLE) {
                throw new DataException(
                        DataException.Kind.TOO_LARGE,
                        file + ": data.pkl",
                        pickle.getSize() + " bytes; at most " + TorchFile.LARGEST_PICKLE + " are read");
            }
            byte[] bytes = archive.start(pickle, TorchFile.LARGEST_PICKLE);
            return new TorchFile.Opened(new PickleReader(ByteBuffer.wrap(bytes), file + ": data.pkl").read(), archive);
        } catch (IOException | RuntimeException e) {
            zip.close();
            copy.close();
            throw e;
        }
    }

    private byte[] start(ZipEntry entry, int most) throws IOException {
        requireSum(entry);
        try (InputStream in = stream(entry)) {
            return in.readNBytes(most);
        } catch (ZipException | EOFException e) {
            throw damaged(entry, e);
        }
    }

    /**
     * Held against its checksum, once. One of 0 is none: {@code torch.serialization.set_crc32_options(False)} saves without, and
     * {@code torch.load} looks at none.
     */
    private void requireSum(ZipEntry entry) throws IOException {
        if (entry.getCrc() != 0 && summed.add(entry.getName())) {
            try (InputStream in = new SummedEntry(stream(entry), entry, file + ": " + entry.getName())) {
                in.transferTo(OutputStream.nullOutputStream());
            } catch (ZipException | EOFException e) {
                throw damaged(entry, e);
            }
        }
    }

    private InputStream stream(ZipEntry entry) throws IOException {
        if (entry.getMethod() != ZipEntry.STORED) {
            throw new DataException(
                    DataException.Kind.UNSUPPORTED,
                    file + ": " + entry.getName(),
                    "is compressed; torch.save does not");
        }
        return zip.getInputStream(entry);
    }

    private DataException damaged(ZipEntry entry, Exception e) {
        String reason = e.getMessage() == null ? "its bytes are not where the archive says" : e.getMessage();
        return new DataException(DataException.Kind.CORRUPT, file + ": " + entry.getName(), reason, e);
    }

    private ZipEntry entry(String key) {
        return zip.getEntry(folder + "/data/" + key);
    }

    @Override
    public long size(String key) {
        ZipEntry entry = entry(key);
        return entry == null ? -1 : entry.getSize();
    }

    @Override
    public ByteBuffer read(String key, long offset, int length) throws IOException {
        ZipEntry entry = entry(key);
        requireSum(entry);
        try (InputStream in = stream(entry)) {
            in.skipNBytes(offset);
            byte[] bytes = in.readNBytes(length);
            if (bytes.length < length) {
                throw new DataException(
                        DataException.Kind.TRUNCATED,
                        file + ": " + entry.getName(),
                        "ends after " + (offset + bytes.length) + " bytes");
            }
            return ByteBuffer.wrap(bytes);
        } catch (ZipException | EOFException e) {
            throw damaged(entry, e);
        }
    }

    @Override
    public ByteOrder order() {
        return order;
    }

    @Override
    public void close() throws IOException {
        zip.close();
        copy.close();
    }
}
