package org.batchmill.cli;

import java.nio.file.Path;
import org.batchmill.jobs.options.InputOptions;
import org.batchmill.jobs.options.ResourceOptions;
import picocli.CommandLine.Option;

/** The options that say what the input pipeline may take of the machine. What is not given is the job's own default. */
final class ResourceMixin {

    @Option(
            names = "--autotune",
            negatable = true,
            fallbackValue = "true",
            description = "Let workers and prefetch follow what the trainer takes; on unless --workers is given.")
    Boolean autotune;

    @Option(
            names = "--max-workers",
            paramLabel = "N",
            description = "With autotune: no more workers than this; the number of processors.")
    Integer maxWorkers;

    @Option(
            names = "--max-input-memory",
            paramLabel = "SIZE",
            converter = ByteSize.class,
            description = "With autotune: decoded samples and batches take no more than this (default 1g).")
    Long maxInputMemory;

    @Option(
            names = "--decoded-cache",
            paramLabel = "SIZE",
            converter = ByteSize.class,
            description = "Keep decoded pictures up to this size, 512m for instance, so that they are decoded once.")
    Long decodedCache;

    @Option(
            names = "--decoded-cache-file",
            paramLabel = "FILE",
            description = "Keep them in this file, mapped into memory and deleted at the end, not in memory.")
    Path decodedCacheFile;

    @Option(
            names = "--cached",
            description = "Make one batch and serve it again and again: the speed that is left if data are free.")
    boolean cached;

    void onto(InputOptions input) {
        ResourceOptions options = input.resources();
        options.cached(cached).autotune(autotune).decodedCache(decodedCache).decodedCacheFile(decodedCacheFile);
        if (maxWorkers != null) {
            options.maxWorkers(maxWorkers);
        }
        if (maxInputMemory != null) {
            options.maxInputMemory(maxInputMemory);
        }
    }
}
