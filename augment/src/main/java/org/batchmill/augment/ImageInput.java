package org.batchmill.augment;

import java.io.IOException;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.batchmill.augment.decode.ImageDecoder;
import org.batchmill.augment.transform.Policy;
import org.batchmill.batches.Batch;
import org.batchmill.batches.BatchShape;
import org.batchmill.queues.pipeline.Draw;
import org.batchmill.records.Sample;

/**
 * Shows images to a network one at a time, outside of a pipeline: the bytes are those that a pipeline with the same policy writes
 * into its batches, because the same {@link SampleAssembler} makes them. Programs that predict take this, and no decoder or resize
 * of their own, to see what training and evaluation saw.
 *
 * <p>Used by one thread; the owner closes it after the last batch.
 */
public final class ImageInput implements AutoCloseable {

    private static final Draw NO_CHANCE = new Draw(0, 0, 0);

    private final BufferAllocator allocator;
    private final ImageDecoder decoder;
    private final BatchPool pool;
    private SampleAssembler assembler;
    private Policy policy;

    /**
     * @param height of the network's input
     * @param width  of the network's input
     * @param parent where the memory is counted; stays the caller's
     */
    public ImageInput(int height, int width, BufferAllocator parent) {
        allocator = parent.newChildAllocator("shown images", 0, Long.MAX_VALUE);
        decoder = new ImageDecoder(allocator);
        pool = new BatchPool(new BatchShape(1, height, width, 3, Batch.Format.UINT8_NHWC), 1, allocator);
    }

    /**
     * Decodes and draws an image.
     *
     * @param sample an encoded image, or raw pixels
     * @param policy how it is brought to the network: of one without chance, all runs show the same
     * @return a batch of one row, which the caller closes before the next call
     * @throws IOException if the image is bad
     */
    public Batch show(Sample sample, Policy policy) throws IOException, InterruptedException {
        if (!policy.equals(this.policy)) {
            closeAssembler();
            assembler = new SampleAssembler(pool, decoder, policy, allocator);
            this.policy = policy;
        }
        DecodedSample decoded = assembler.decode(sample, NO_CHANCE);
        try {
            PooledBatch batch = assembler.open(0);
            assembler.write(batch, 0, decoded, List.of(), NO_CHANCE);
            assembler.seal(batch, 1);
            return batch;
        } finally {
            assembler.release(decoded);
        }
    }

    private void closeAssembler() {
        if (assembler != null) {
            assembler.close();
        }
    }

    @Override
    public void close() {
        closeAssembler();
        pool.close();
        decoder.close();
        allocator.close();
    }
}
