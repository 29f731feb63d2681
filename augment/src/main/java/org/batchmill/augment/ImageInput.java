package org.batchmill.augment;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.batchmill.augment.decode.ImageDecoder;
import org.batchmill.augment.transform.Policy;
import org.batchmill.batches.Batch;
import org.batchmill.batches.BatchShape;
import org.batchmill.queues.pipeline.Draw;
import org.batchmill.records.Sample;

/**
 * Shows images to a network one by one, outside of a pipeline: the bytes are those that a pipeline with the same policy writes
 * into its batches, because the same {@link SampleAssembler} makes them. Programs that predict take this, and no decoder or resize
 * of their own, to see what training and evaluation saw.
 *
 * <p>Safe for use by many threads; the owner closes it after the last batch.
 */
public final class ImageInput implements AutoCloseable {

    /** A crop in pixels is another policy for each size of image: with more sizes than this, the rest have no memory kept for them. */
    private static final int MOST_KEPT = 4;

    private static final Draw NO_CHANCE = new Draw(0, 0, 0);

    private final BufferAllocator allocator;
    private final ImageDecoder decoder;
    private final BatchPool pool;
    private final Map<Policy, SampleAssembler> assemblers = new HashMap<>();

    /** Of one image at a time. */
    public ImageInput(int height, int width, BufferAllocator parent) {
        this(height, width, 1, parent);
    }

    /**
     * @param height of the network's input
     * @param width  of the network's input
     * @param most   shown images that may be open at the same time; who shows more waits
     * @param parent where the memory is counted; stays the caller's
     */
    public ImageInput(int height, int width, int most, BufferAllocator parent) {
        allocator = parent.newChildAllocator("shown images", 0, Long.MAX_VALUE);
        decoder = new ImageDecoder(allocator);
        pool = new BatchPool(new BatchShape(1, height, width, 3, Batch.Format.UINT8_NHWC), most, allocator);
    }

    /**
     * Decodes and draws an image.
     *
     * @param sample an encoded image, or raw pixels
     * @param policy how it is brought to the network: of one without chance, all runs show the same
     * @return a batch of one row, which the caller closes
     * @throws IOException if the image is bad
     */
    public Batch show(Sample sample, Policy policy) throws IOException, InterruptedException {
        SampleAssembler kept = kept(policy);
        if (kept != null) {
            return show(sample, kept);
        }
        try (SampleAssembler its = new SampleAssembler(pool, decoder, policy, allocator)) {
            return show(sample, its);
        }
    }

    /** The assembler of a policy, with its scratch memory; null if too many are kept. */
    private SampleAssembler kept(Policy policy) {
        synchronized (assemblers) {
            if (assemblers.size() == MOST_KEPT && !assemblers.containsKey(policy)) {
                return null;
            }
            return assemblers.computeIfAbsent(policy, its -> new SampleAssembler(pool, decoder, its, allocator));
        }
    }

    private static Batch show(Sample sample, SampleAssembler assembler) throws IOException, InterruptedException {
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

    @Override
    public void close() {
        assemblers.values().forEach(SampleAssembler::close);
        pool.close();
        decoder.close();
        allocator.close();
    }
}
