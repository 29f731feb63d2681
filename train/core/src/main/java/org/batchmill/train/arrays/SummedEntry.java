package org.batchmill.train.arrays;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import org.batchmill.records.DataException;

/**
 * What an entry of a zip archive holds, held against its checksum where it ends: {@link java.util.zip.ZipFile} does not, so that bytes
 * that were damaged would be weights like any other. Who stops earlier checks nothing.
 */
final class SummedEntry extends FilterInputStream {

    private final CRC32 sum = new CRC32();
    private final ZipEntry entry;
    private final String where;

    /**
     * @param in    the entry from its start, inflated; closed with this
     * @param where names the entry in errors
     */
    SummedEntry(InputStream in, ZipEntry entry, String where) {
        super(in);
        this.entry = entry;
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
        if (read > 0) {
            sum.update(bytes, offset, read);
        } else if (read < 0 && sum.getValue() != entry.getCrc()) {
            throw new DataException(
                    DataException.Kind.CORRUPT,
                    where,
                    String.format(
                            Locale.ROOT, "its bytes have the checksum %08x, not %08x", sum.getValue(), entry.getCrc()));
        }
        return read;
    }

    @Override
    public long skip(long count) throws IOException {
        // What is skipped counts.
        byte[] bytes = new byte[(int) Math.min(count, 1 << 13)];
        return Math.max(0, read(bytes, 0, bytes.length));
    }
}
