package org.batchmill.records.arrow;

import java.io.IOException;
import java.lang.ref.SoftReference;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.flatbuf.Block;
import org.apache.arrow.flatbuf.Footer;
import org.apache.arrow.flatbuf.Message;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.PartStarts;
import org.batchmill.records.PositionedFile;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleSource;

/**
 * The samples of one Arrow IPC file, in any order. What the file says about itself is checked before anything is read by it: the
 * footer and the metadata of every batch when it is opened, the buffers of a batch when its first row is read. Small columns are kept
 * as long as memory lasts; images and numbers are read row by row into memory of their own, which stays valid as long as it is held.
 * Safe for use by many threads until it is closed.
 */
public final class ArrowSampleFile implements SampleSource.Indexed {

    private static final byte[] MAGIC = "ARROW1".getBytes(StandardCharsets.US_ASCII);
    private static final int TAIL_BYTES = Integer.BYTES + MAGIC.length;
    private static final int BLOCK_BYTES = 24;

    /** Of buffers that take no more all is told ahead when their batch is about to be read; in larger ones stand images, of which a row's are. */
    private static final int SMALL_BYTES = 256 << 10;

    private final String name;
    private final PositionedFile file;
    private final List<Batch> batches = new ArrayList<>();
    private final PartStarts starts = new PartStarts();
    private FieldLayout.Columns columns;
    private List<String> classes = List.of();

    private ArrowSampleFile(String name, PositionedFile file) {
        this.name = name;
        this.file = file;
    }

    /** Whether the first bytes are those of an Arrow file; position and limit are left alone. */
    public static boolean isArrow(ByteBuffer head) {
        return head.remaining() >= MAGIC.length
                && head.slice().limit(MAGIC.length).equals(ByteBuffer.wrap(MAGIC));
    }

    /**
     * Opens a file.
     *
     * @throws DataException if it is not there, cut off or damaged, compressed, or has other columns
     */
    public static ArrowSampleFile open(Path path) throws IOException {
        ArrowSampleFile samples = new ArrowSampleFile(path.toString(), PositionedFile.open(path));
        try {
            samples.load();
            return samples;
        } catch (IOException e) {
            samples.close();
            throw e;
        } catch (RuntimeException e) {
            samples.close();
            throw pointsOutside(samples.name, e);
        }
    }

    /** What the JDK's buffers throw where a flatbuffer points out of itself. */
    static DataException pointsOutside(String where, RuntimeException cause) {
        return new DataException(
                Kind.CORRUPT, where, "the Arrow metadata does not hold together: " + cause.getMessage(), cause);
    }

    private void load() throws IOException {
        long length = file.size();
        if (length < MAGIC.length + TAIL_BYTES || !isArrow(file.read(0, MAGIC.length))) {
            throw new DataException(
                    length == 0 ? Kind.TRUNCATED : Kind.UNSUPPORTED, name, "the file is not an Arrow IPC file");
        }
        ByteBuffer tail = file.read(length - TAIL_BYTES, TAIL_BYTES);
        int footerBytes = tail.getInt();
        if (!isArrow(tail) || footerBytes <= 0 || footerBytes > length - TAIL_BYTES - MAGIC.length) {
            throw new DataException(Kind.TRUNCATED, name, "the footer of the Arrow file is not there");
        }
        requireSmall(footerBytes, "footer");
        long footerStart = length - TAIL_BYTES - footerBytes;
        Footer footer = Footer.getRootAsFooter(file.read(footerStart, footerBytes));
        BatchLayout.checkVersion(footer.version(), name);
        if (footer.schema() == null) {
            throw new DataException(Kind.CORRUPT, name, "the footer of the Arrow file has no schema");
        }
        columns = FieldLayout.read(footer.schema(), footerBytes, SampleSchema.CLASSES_KEY, name);
        SampleSchema.check(columns.fields(), name);
        classes = SampleSchema.classes(columns.classes(), name);
        addBatches(footer, footerBytes, footerStart);
    }

    private void requireSmall(int bytes, String what) throws DataException {
        if (bytes > BatchLayout.MOST_METADATA_BYTES) {
            throw new DataException(
                    Kind.TOO_LARGE,
                    name,
                    "the " + what + " takes " + bytes + " bytes, above the limit of "
                            + BatchLayout.MOST_METADATA_BYTES);
        }
    }

    private void addBatches(Footer footer, int footerBytes, long footerStart) throws IOException {
        int count = footer.recordBatchesLength();
        if (count < 0 || count > footerBytes / BLOCK_BYTES) {
            throw new DataException(
                    Kind.CORRUPT, name, "the footer claims " + Integer.toUnsignedString(count) + " record batches");
        }
        for (int i = 0; i < count; i++) {
            Block block = footer.recordBatches(i);
            file.soon(Math.max(0, block.offset()), block.metaDataLength());
        }
        for (int i = 0; i < count; i++) {
            Block block = footer.recordBatches(i);
            Batch batch = new Batch(block.offset(), block.metaDataLength(), block.bodyLength(), i);
            batch.readLayout(footerStart);
            batches.add(batch);
            starts.add(batch.layout.rows());
        }
        checkDisjoint();
    }

    /** A footer of some bytes that names one batch again and again would claim any number of rows. */
    private void checkDisjoint() throws DataException {
        long end = 0;
        List<Batch> inOrder = new ArrayList<>(batches);
        inOrder.sort(Comparator.comparingLong(batch -> batch.offset));
        for (Batch batch : inOrder) {
            if (batch.offset < end) {
                throw new DataException(Kind.CORRUPT, batch.where(), "it lies over another record batch");
            }
            end = batch.offset + batch.metadataBytes + batch.bodyBytes;
        }
    }

    @Override
    public List<String> classes() {
        return classes;
    }

    @Override
    public long size() {
        return starts.size();
    }

    @Override
    public Sample read(long index) throws IOException {
        int batch = starts.partOf(index);
        return batches.get(batch).rows().read((int) (index - starts.start(batch)), name + ": row " + index);
    }

    @Override
    public void soon(long index) {
        int batch = starts.partOf(index);
        batches.get(batch).rowSoon((int) (index - starts.start(batch)));
    }

    /** What else the record of a sample said, as a tf.train.Example; empty if nothing. */
    public Optional<ByteBuffer> other(long index) throws IOException {
        int batch = starts.partOf(index);
        return batches.get(batch).rows().other((int) (index - starts.start(batch)));
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    /**
     * One record batch and, as long as memory lasts, its small columns. Where the images of rows stand is known by those: rows that are to be read
     * before they are there wait until they are.
     */
    private final class Batch implements Column.Body {

        private final long offset;
        private final int metadataBytes;
        private final long bodyBytes;
        private final int number;
        private BatchLayout layout;
        private volatile SoftReference<SampleRows> rows = new SoftReference<>(null);

        /** Rows that will be read soon, and of which nobody has been told. Guarded by itself. */
        private final BitSet awaited = new BitSet();

        Batch(long offset, int metadataBytes, long bodyBytes, int number) {
            this.offset = offset;
            this.metadataBytes = metadataBytes;
            this.bodyBytes = bodyBytes;
            this.number = number;
        }

        String where() {
            return name + ": record batch " + number;
        }

        void readLayout(long end) throws IOException {
            if (offset < MAGIC.length
                    || metadataBytes <= 0
                    || bodyBytes < 0
                    || bodyBytes > end
                    || offset > end - metadataBytes - bodyBytes) {
                throw new DataException(Kind.TRUNCATED, where(), "it is not within the file");
            }
            if (bodyBytes > Integer.MAX_VALUE) {
                throw new DataException(Kind.TOO_LARGE, where(), "it is above 2 GiB");
            }
            requireSmall(metadataBytes, "metadata of record batch " + number);
            ByteBuffer metadata = BatchLayout.behindPrefix(file.read(offset, metadataBytes), where());
            try {
                Message message = Message.getRootAsMessage(metadata);
                BatchLayout.checkVersion(message.version(), where());
                layout = BatchLayout.read(message, metadata.limit(), bodyBytes, columns, where());
            } catch (RuntimeException e) {
                throw pointsOutside(where(), e);
            }
        }

        synchronized SampleRows rows() throws IOException {
            SampleRows kept = rows.get();
            if (kept == null) {
                kept = new SampleRows(columns.fields(), layout, this, where());
                rows = new SoftReference<>(kept);
                tellAwaited(kept);
            }
            return kept;
        }

        void rowSoon(int row) {
            SampleRows kept = rows.get();
            if (kept != null) {
                kept.soon(row);
                return;
            }
            synchronized (awaited) {
                if (awaited.isEmpty()) {
                    smallSoon();
                }
                awaited.set(row);
            }
            kept = rows.get();
            if (kept != null) {
                tellAwaited(kept); // they came just now
            }
        }

        private void smallSoon() {
            for (int buffer = 0; buffer < layout.sizes().length; buffer++) {
                long size = layout.sizes()[buffer];
                if (size > 0 && size <= SMALL_BYTES) {
                    soon(layout.offsets()[buffer], (int) size);
                }
            }
        }

        private void tellAwaited(SampleRows kept) {
            synchronized (awaited) {
                awaited.stream().forEach(kept::soon);
                awaited.clear();
            }
        }

        @Override
        public ByteBuffer read(long at, int length) throws IOException {
            return file.read(offset + metadataBytes + at, length);
        }

        @Override
        public void soon(long at, int length) {
            file.soon(offset + metadataBytes + at, length);
        }
    }
}
