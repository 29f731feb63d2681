package org.batchmill.jobs.bench;

import org.batchmill.jobs.options.JobOption;
import org.batchmill.jobs.options.OptionGroup;
import org.batchmill.jobs.options.Within;

/** What {@link BenchTrainJob} measures, and for how long. Not thread-safe while it is being filled in. */
public final class BenchTrainOptions implements OptionGroup {

    @JobOption(value = "A model's name, or a darknet .cfg file.", label = "M", required = true)
    public String model;

    @JobOption(value = "Of measuring, after five steps to warm up; ten steps at least.", label = "S")
    @Within(above = 0)
    public double seconds = 10;

    @JobOption("Also print where the time goes: each operation's median and share.")
    public boolean operations;
}
