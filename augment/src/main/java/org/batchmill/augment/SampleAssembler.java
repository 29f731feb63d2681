package org.batchmill.augment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.apache.arrow.memory.BufferAllocator;
import org.batchmill.augment.decode.DecodedCache;
import org.batchmill.augment.decode.ImageDecoder;
import org.batchmill.augment.pixels.Image;
import org.batchmill.augment.transform.Policy;
import org.batchmill.augment.transform.RandomStream;
import org.batchmill.batches.Batch;
import org.batchmill.batches.BatchShape;
import org.batchmill.queues.pipeline.BatchAssembler;
import org.batchmill.queues.pipeline.BatchPart;
import org.batchmill.queues.pipeline.Draw;
import org.batchmill.records.Box;
import org.batchmill.records.Content;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.Sample;
import org.batchmill.records.image.ImageHeader;

/**
 * Makes batches of samples: decodes, and draws each image with its policy straight into its row. What a sample looks like is a
 * function of its bytes, its labels, the policy and (seed, epoch, hash of its id): never of the worker, of timing, or of its place
 * in the data set, so that packing or splitting a data set changes nothing.
 *
 * <p>Safe for use by many threads. It borrows the pool and the decoder: the owner closes this first, then them.
 */
public final class SampleAssembler implements BatchAssembler<Sample, DecodedSample, PooledBatch>, AutoCloseable {

    private final BatchPool pool;
    private final ImageDecoder decoder;
    private final Policy policy;
    private final DecodedCache cache;
    private final BufferAllocator allocator;
    private final ArrayDeque<RowPainter> painters = new ArrayDeque<>();
    private final LongAdder emptyBoxes = new LongAdder();

    /**
     * @param pool    gives the batches and their shape
     * @param decoder decodes, within its limit
     * @param policy  what happens to each sample
     * @param parent  where the scratch memory is counted
     */
    public SampleAssembler(BatchPool pool, ImageDecoder decoder, Policy policy, BufferAllocator parent) {
        this(pool, decoder, policy, parent, null);
    }

    /**
     * With a cache of decoded images, which is borrowed too.
     *
     * @param cache of this assembler alone; null for none
     */
    public SampleAssembler(
            BatchPool pool, ImageDecoder decoder, Policy policy, BufferAllocator parent, DecodedCache cache) {
        this.pool = pool;
        this.decoder = decoder;
        this.policy = policy;
        this.cache = cache;
        this.allocator = parent.newChildAllocator("augmentation", 0, Long.MAX_VALUE);
    }

    @Override
    public DecodedSample decode(Sample sample, Draw draw) throws IOException {
        requireSense(sample);
        long key = RandomStream.key(draw.seed(), draw.epoch(), sample.id().hash());
        return sample.content().accept(new Content.Visitor<DecodedSample, IOException>() {
            @Override
            public DecodedSample encodedImage(Content.EncodedImage encoded) throws IOException {
                return decode(sample, encoded, key);
            }

            @Override
            public DecodedSample rawImage(Content.RawImage raw) throws DataException {
                return copy(sample, raw, key);
            }

            @Override
            public DecodedSample features(Content.Features row) throws DataException {
                return read(sample, row, key);
            }
        });
    }

    private DecodedSample copy(Sample sample, Content.RawImage raw, long key) throws DataException {
        BatchShape shape = pool.shape();
        double span = policy.fixedSpan();
        int reduction = ImageDecoder.reduction(raw, shape.width() / span, shape.height() / span);
        Image image = decoder.copy(raw, shape.channels(), reduction, sample.id().value());
        return new DecodedSample(sample.id(), sample.labels(), image, raw.width(), raw.height(), key);
    }

    private DecodedSample read(Sample sample, Content.Features features, long key) throws DataException {
        BatchShape shape = pool.shape();
        if (features.values().length * Float.BYTES != shape.rowBytes() || shape.format() == Batch.Format.UINT8_NHWC) {
            throw new DataException(
                    Kind.UNSUPPORTED,
                    sample.id().value(),
                    "a row of " + features.values().length + " numbers does not fit a batch of " + shape);
        }
        return new DecodedSample(sample.id(), sample.labels(), features, key);
    }

    private DecodedSample decode(Sample sample, Content.EncodedImage encoded, long key) throws IOException {
        DecodedCache.Hit hit = cache == null ? null : cache.get(sample.id(), encoded.bytes(), decoder);
        if (hit != null) {
            return new DecodedSample(
                    sample.id(), sample.labels(), hit.image(), hit.originalWidth(), hit.originalHeight(), key);
        }
        String where = sample.id().value();
        ByteBuffer file = encoded.bytes();
        ImageHeader header = decoder.check(file, where);
        BatchShape shape = pool.shape();
        double span = policy.fixedSpan();
        int reduction = ImageDecoder.reduction(header, shape.width() / span, shape.height() / span);
        Image image = decoder.decode(file, header, where, shape.channels(), reduction);
        int width = header.uprightWidth();
        int height = header.uprightHeight();
        if (cache != null) {
            keep(sample, file, image, width, height);
        }
        return new DecodedSample(sample.id(), sample.labels(), image, width, height, key);
    }

    private void keep(Sample sample, ByteBuffer file, Image image, int width, int height) throws IOException {
        try {
            cache.put(sample.id(), file, image, width, height);
        } catch (IOException e) {
            image.close();
            throw e;
        }
    }

    /** Boxes that contradict themselves would spoil the loss silently: NaN and reversed edges are refused, empty ones counted. */
    private void requireSense(Sample sample) throws DataException {
        List<Box> boxes = sample.labels().boxes();
        for (int i = 0; i < boxes.size(); i++) {
            Box box = boxes.get(i);
            if (!(box.xmin() <= box.xmax() && box.ymin() <= box.ymax())
                    || Float.isInfinite(box.width())
                    || Float.isInfinite(box.height())) {
                throw new DataException(
                        Kind.BAD_ANNOTATION, sample.id() + ": box " + i, "its edges make no sense: " + box);
            }
            if (box.width() == 0 || box.height() == 0) {
                emptyBoxes.increment();
            }
        }
    }

    @Override
    public PooledBatch open(long index) throws InterruptedException {
        return pool.open();
    }

    @Override
    public void write(PooledBatch batch, int row, DecodedSample decoded, List<DecodedSample> partners, Draw draw) {
        RowPainter painter = take();
        try {
            painter.paint(batch.theSlot(), row, decoded, partners, policy);
        } finally {
            giveBack(painter);
        }
    }

    @Override
    public void seal(PooledBatch batch, int rows) {
        seal(batch, new BatchPart(0, rows, rows));
    }

    @Override
    public void seal(PooledBatch batch, BatchPart part) {
        batch.seal(part);
    }

    @Override
    public void release(DecodedSample decoded) {
        if (decoded.image != null) {
            decoded.image.close();
        }
    }

    @Override
    public void abandon(PooledBatch batch) {
        batch.close();
    }

    @Override
    public int partners() {
        return policy.mixing().kind().partners();
    }

    @Override
    public String name(Sample sample) {
        return sample.id().value();
    }

    @Override
    public long bytes(Sample sample) {
        return sample.content().byteCount();
    }

    @Override
    public long decodedBytes(DecodedSample decoded) {
        return decoded.image == null ? 0 : decoded.image.capacity();
    }

    @Override
    public long batchBytes(PooledBatch batch) {
        BatchShape shape = batch.theSlot().shape;
        return (long) shape.rows() * shape.rowBytes();
    }

    @Override
    public PooledBatch again(PooledBatch batch) {
        return batch.again();
    }

    /** How many boxes without area were met; they reach no batch. */
    public long emptyBoxes() {
        return emptyBoxes.sum();
    }

    private RowPainter take() {
        synchronized (painters) {
            RowPainter painter = painters.poll();
            return painter != null ? painter : new RowPainter(allocator);
        }
    }

    private void giveBack(RowPainter painter) {
        synchronized (painters) {
            painters.push(painter);
        }
    }

    /** Frees the scratch memory. */
    @Override
    public void close() {
        synchronized (painters) {
            painters.forEach(RowPainter::close);
            painters.clear();
        }
        allocator.close();
    }
}
