package org.batchmill.jobs.inspect;

import java.nio.file.Path;
import org.batchmill.jobs.options.JobOption;
import org.batchmill.jobs.options.OptionGroup;

/** What {@link CheckJob} does beside looking. Not thread-safe while it is being filled in. */
public final class CheckOptions implements OptionGroup {

    @JobOption(value = "Draw samples with their labels.", label = "PNG")
    public Path sheet;
}
