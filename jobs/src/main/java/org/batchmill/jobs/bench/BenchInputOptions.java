package org.batchmill.jobs.bench;

import org.batchmill.jobs.options.JobOption;
import org.batchmill.jobs.options.OptionGroup;
import org.batchmill.jobs.options.Within;

/** How {@link BenchInputJob} measures. Not thread-safe while it is being filled in. */
public final class BenchInputOptions implements OptionGroup {

    @JobOption(value = "Of the batch's images, in pixels.", label = "PX")
    @Within(atLeast = 1)
    public int side = 448;

    @JobOption(
            value = "To warm up, and again to measure, in five rounds, each of epochs that make at least 1000 images.",
            label = "X")
    @Within(above = 0)
    public double seconds = 4;

    @JobOption("SHA-256 over all batches in order, pixels and labels.")
    public boolean digest;
}
