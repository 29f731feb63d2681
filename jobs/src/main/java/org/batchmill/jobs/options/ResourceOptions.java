package org.batchmill.jobs.options;

import java.nio.file.Path;

/** What the input pipeline may take of the machine. Not thread-safe while it is being filled in. */
public final class ResourceOptions implements OptionGroup {

    @JobOption(
            value = "Let workers and prefetch follow what the trainer takes.",
            otherwise = "on unless --workers is given")
    public Boolean autotune;

    @JobOption(value = "With autotune: no more workers than this.", label = "N", otherwise = "the number of processors")
    @Within(atLeast = 1, atMost = 1024)
    public int maxWorkers = Runtime.getRuntime().availableProcessors();

    @JobOption(value = "With autotune: decoded samples and batches take no more than this.", label = "SIZE")
    public Bytes maxInputMemory = new Bytes(1L << 30);

    @JobOption(
            value = "Keep decoded images up to this size, 512m for instance, so that they are decoded once.",
            label = "SIZE")
    public Bytes decodedCache;

    @JobOption(
            value = "Keep them in this file, deleted at the end, not in memory.",
            label = "FILE",
            form = TextForms.LocalPath.class)
    public Path decodedCacheFile;

    @JobOption("Make one batch and serve it again and again: the speed that is left if data are free.")
    public boolean cached;
}
