package org.batchmill.train.arrays;

import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import org.batchmill.records.DataException;

/**
 * What an entry of a zip archive holds, held against its checksum where it ends: {@link java.util.zip.ZipFile} does not, so that bytes
 * that were damaged would be weights like any other. Who stops earlier checks nothing.
 */
final class SummedEntry extends CheckedInputStream {

    private final ZipEntry entry;
    private final String where;

    /**
     * @param in    the entry from its start, inflated; closed with this
     * @param where names the entry in errors
     */
    SummedEntry(InputStream in, ZipEntry entry, String where) {
        super(in, new CRC32());
        this.entry = entry;
        this.where = where;
    }

    @Override
    public int read() throws IOException {
        return checked(super.read());
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        return checked(super.read(bytes, offset, length));
    }

    private int checked(int read) throws DataException {
        long sum = getChecksum().getValue();
        if (read < 0 && sum != entry.getCrc()) {
            throw new DataException(
                    DataException.Kind.CORRUPT,
                    where,
                    String.format(Locale.ROOT, "its bytes have the checksum %08x, not %08x", sum, entry.getCrc()));
        }
        return read;
    }
}
