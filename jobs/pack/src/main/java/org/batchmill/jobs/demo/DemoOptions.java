package org.batchmill.jobs.demo;

import java.nio.file.Path;
import org.batchmill.jobs.options.JobOption;
import org.batchmill.jobs.options.OptionGroup;
import org.batchmill.jobs.options.TextForms;

/** What {@link DemoJob} is asked to do. Not thread-safe while it is being filled in. */
public final class DemoOptions implements OptionGroup {

    @JobOption(
            value = "A new folder for everything.",
            label = "DIR",
            otherwise = "out/demo-DATE",
            form = TextForms.LocalPath.class)
    public Path out;

    @JobOption(value = "Of images, order and weights.", label = "N")
    public long seed = 1;
}
