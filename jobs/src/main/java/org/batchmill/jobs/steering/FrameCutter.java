package org.batchmill.jobs.steering;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.batchmill.augment.BatchPool;
import org.batchmill.augment.DecodedSample;
import org.batchmill.augment.PooledBatch;
import org.batchmill.augment.SampleAssembler;
import org.batchmill.augment.decode.ImageDecoder;
import org.batchmill.augment.transform.Policy;
import org.batchmill.batches.Batch;
import org.batchmill.batches.BatchShape;
import org.batchmill.queues.pipeline.Draw;
import org.batchmill.records.Content;
import org.batchmill.records.ImageSize;
import org.batchmill.records.Sample;
import org.batchmill.records.UsageException;
import org.batchmill.records.arrow.ArrowMemory;
import org.batchmill.video.FrameCrop;

/**
 * Cuts frames and brings them to a network's size. An image that has this size already was cut and resized when it was packed or
 * decoded, and is taken as it is. Safe for use by many threads.
 */
final class FrameCutter implements AutoCloseable {

    /** So many frames may be cut at a time; more threads wait for their turn. */
    private static final int AT_A_TIME = 8;

    private static final Draw NO_CHANCE = new Draw(0, 0, 0);

    private final FrameCrop crop;
    private final FrameStack stack;
    private final BufferAllocator allocator = ArrowMemory.allocator();
    private final ImageDecoder decoder = new ImageDecoder(allocator);
    private final BatchPool pool;
    private final Map<Long, SampleAssembler> assemblers = new HashMap<>();

    FrameCutter(FrameCrop crop, FrameStack stack) {
        this.crop = crop;
        this.stack = stack;
        this.pool = new BatchPool(
                new BatchShape(1, stack.height(), stack.width(), 3, Batch.Format.UINT8_NHWC), AT_A_TIME, allocator);
    }

    /** A sample of one frame at the network's size. */
    Sample shown(Sample sample) throws IOException {
        return hasSize(sample) ? sample : new Sample(sample.id(), stack.content(cut(sample)), sample.labels());
    }

    private boolean hasSize(Sample sample) throws IOException {
        long size = size(sample);
        return size >>> 32 == stack.height() && (int) size == stack.width();
    }

    /** Rows in the upper half, columns in the lower. */
    private static long size(Sample sample) throws IOException {
        ImageSize size = ImageSize.of(sample.content(), sample.id().value())
                .orElseThrow(() -> new UsageException(sample.id() + " is no image: steering is learnt from images"));
        return (long) size.height() << 32 | size.width();
    }

    /** The frame in RGB at the network's size. */
    ByteBuffer cut(Sample sample) throws IOException {
        boolean whole = hasSize(sample);
        if (whole && sample.content() instanceof Content.RawImage raw && raw.channels() == 3) {
            return raw.pixels();
        }
        SampleAssembler assembler = assembler(sample, whole);
        DecodedSample decoded = assembler.decode(sample, NO_CHANCE);
        try (PooledBatch batch = assembler.open(0)) {
            assembler.write(batch, 0, decoded, List.of(), NO_CHANCE);
            assembler.seal(batch, 1);
            return ByteBuffer.allocate(stack.frameBytes()).put(batch.pixels()).flip();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(sample.id() + ": interrupted while it was cut", e);
        } finally {
            assembler.release(decoded);
        }
    }

    /** The crop in pixels depends on the size of the image, so each size has its own assembler. */
    private SampleAssembler assembler(Sample sample, boolean whole) throws IOException {
        long size = size(sample);
        synchronized (assemblers) {
            SampleAssembler known = assemblers.get(size);
            if (known == null) {
                Policy policy = whole || crop.isWhole()
                        ? Policy.NONE
                        : Policy.NONE.with(crop.step(
                                (int) (size >>> 32), (int) size, sample.id().value()));
                known = new SampleAssembler(pool, decoder, policy, allocator);
                assemblers.put(size, known);
            }
            return known;
        }
    }

    @Override
    public void close() {
        synchronized (assemblers) {
            assemblers.values().forEach(SampleAssembler::close);
            assemblers.clear();
        }
        pool.close();
        decoder.close();
        allocator.close();
    }
}
