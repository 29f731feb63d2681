package org.batchmill.jobs.options;

import java.nio.file.Path;

/** What the input pipeline may take of the machine. Not thread-safe while it is being filled in. */
public final class ResourceOptions {

    private Boolean autotune;
    private int maxWorkers = Runtime.getRuntime().availableProcessors();
    private long maxInputMemory = 1L << 30;
    private Long decodedCache;
    private Path decodedCacheFile;
    private boolean cached;

    /** Whether the pipeline changes its workers and its prefetch depth while it runs; null leaves it to the job. */
    public Boolean autotune() {
        return autotune;
    }

    public ResourceOptions autotune(Boolean value) {
        autotune = value;
        return this;
    }

    /** With autotune: no more workers than this. */
    public int maxWorkers() {
        return maxWorkers;
    }

    public ResourceOptions maxWorkers(int value) {
        maxWorkers = value;
        return this;
    }

    /** With autotune: decoded samples and batches take no more bytes than this. */
    public long maxInputMemory() {
        return maxInputMemory;
    }

    public ResourceOptions maxInputMemory(long value) {
        maxInputMemory = value;
        return this;
    }

    /** Bytes of decoded pictures that are kept from epoch to epoch; null for none. */
    public Long decodedCache() {
        return decodedCache;
    }

    public ResourceOptions decodedCache(Long value) {
        decodedCache = value;
        return this;
    }

    /** The file that they are kept in, mapped into memory and deleted at the end; null for memory. */
    public Path decodedCacheFile() {
        return decodedCacheFile;
    }

    public ResourceOptions decodedCacheFile(Path value) {
        decodedCacheFile = value;
        return this;
    }

    /** Whether one batch is made and served again and again: shows how fast a consumer is if data are free. */
    public boolean cached() {
        return cached;
    }

    public ResourceOptions cached(boolean value) {
        cached = value;
        return this;
    }
}
