package org.batchmill.jobs.input;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.batchmill.augment.BatchPool;
import org.batchmill.augment.SampleAssembler;
import org.batchmill.augment.decode.DecodedCache;
import org.batchmill.augment.decode.ImageDecoder;
import org.batchmill.augment.transform.Policy;
import org.batchmill.batches.BatchShape;
import org.batchmill.jobs.options.ResourceOptions;
import org.batchmill.records.OptionException;
import org.batchmill.records.arrow.ArrowMemory;

/**
 * The memory of one pipeline and what works in it: decoder, batches, assembler and, where asked for, the cache of decoded images.
 * Closed after the pipeline; reports what was not given back.
 */
final class PipelineMemory implements AutoCloseable {

    private final BufferAllocator allocator;
    private final ImageDecoder decoder;
    private final BatchPool pool;
    private final DecodedCache cache;
    private final SampleAssembler assembler;

    private PipelineMemory(
            BufferAllocator allocator, DecodedCache cache, BatchPool pool, Policy policy, long maxPixels) {
        this.allocator = allocator;
        this.cache = cache;
        this.decoder = new ImageDecoder(allocator, maxPixels);
        this.pool = pool;
        this.assembler = new SampleAssembler(pool, decoder, policy, allocator, cache);
    }

    /**
     * Without a cache. Memory is taken when it is first needed.
     *
     * @param prefetch batches ahead of the consumer at most
     */
    static PipelineMemory of(BatchShape shape, Policy policy, int prefetch, long maxPixels) {
        BufferAllocator allocator = ArrowMemory.allocator();
        return new PipelineMemory(allocator, null, pool(shape, prefetch, allocator), policy, maxPixels);
    }

    /** With the cache that the options ask for, if they do. */
    static PipelineMemory caching(
            BatchShape shape, Policy policy, int prefetch, long maxPixels, ResourceOptions resources)
            throws IOException {
        BufferAllocator allocator = ArrowMemory.allocator();
        DecodedCache cache = cache(resources, allocator);
        return new PipelineMemory(allocator, cache, pool(shape, prefetch, allocator), policy, maxPixels);
    }

    /** With batches in memory of the caller's, a piece for each, and the cache that the options ask for, if they do. */
    static PipelineMemory over(
            List<ByteBuffer> memory, BatchShape shape, Policy policy, long maxPixels, ResourceOptions resources)
            throws IOException {
        BufferAllocator allocator = ArrowMemory.allocator();
        DecodedCache cache = cache(resources, allocator);
        return new PipelineMemory(allocator, cache, new BatchPool(shape, memory, allocator), policy, maxPixels);
    }

    private static BatchPool pool(BatchShape shape, int prefetch, BufferAllocator allocator) {
        // One more than may be ready: the batch that the consumer holds.
        return new BatchPool(shape, prefetch + 1, allocator);
    }

    private static DecodedCache cache(ResourceOptions options, BufferAllocator allocator) throws IOException {
        if (options.decodedCache == null) {
            if (options.decodedCacheFile != null) {
                throw new OptionException("{decoded-cache-file} needs {decoded-cache}: how large may it become?");
            }
            return null;
        }
        if (options.decodedCacheFile == null) {
            return DecodedCache.inMemory(options.decodedCache.count(), allocator);
        }
        try {
            return DecodedCache.inFile(options.decodedCacheFile, options.decodedCache.count());
        } catch (FileAlreadyExistsException e) {
            throw new OptionException(
                    "{decoded-cache-file} {} is there already: name a new file", options.decodedCacheFile);
        }
    }

    SampleAssembler assembler() {
        return assembler;
    }

    /** Closes because opening the pipeline failed; what closing throws is kept beside that. */
    void closeBecauseOf(Exception failure) {
        try {
            close();
        } catch (IOException | RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    @Override
    public void close() throws IOException {
        assembler.close();
        pool.close();
        decoder.close();
        if (cache != null) {
            cache.close();
        }
        allocator.close();
    }
}
