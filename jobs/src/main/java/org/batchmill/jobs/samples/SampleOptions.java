package org.batchmill.jobs.samples;

import org.batchmill.jobs.options.JobOption;
import org.batchmill.jobs.options.OptionGroup;
import org.batchmill.jobs.options.Within;

/** How much {@link SampleJob} draws. Not thread-safe while it is being filled in. */
public final class SampleOptions implements OptionGroup {

    @JobOption(value = "Images, or frames of all drives.", label = "N")
    @Within(atLeast = 1)
    public int count = 500;

    @JobOption(value = "Another seed draws other images.", label = "N")
    public long seed = 1;
}
