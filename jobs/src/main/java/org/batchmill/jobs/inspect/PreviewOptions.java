package org.batchmill.jobs.inspect;

import java.nio.file.Path;
import org.batchmill.jobs.options.JobOption;
import org.batchmill.jobs.options.OptionGroup;
import org.batchmill.jobs.options.PolicyName;
import org.batchmill.jobs.options.Within;

/** What {@link PreviewJob} is asked to draw. Not thread-safe while it is being filled in. */
public final class PreviewOptions implements OptionGroup {

    @JobOption(value = "The image to write.", label = "PNG", required = true)
    public Path out;

    @JobOption(value = "none, yolo, steering, digits, classes, or a YAML file.", label = "P")
    public PolicyName policy = new PolicyName("yolo");

    @JobOption(value = "Rows.", label = "N")
    @Within(atLeast = 1)
    public int samples = 4;

    @JobOption(value = "Variants beside each original.", label = "N")
    @Within(atLeast = 0)
    public int variants = 5;

    @JobOption(value = "Of the batch's images, in pixels.", label = "PX")
    @Within(atLeast = 1)
    public int side = 448;

    @JobOption(value = "Of the run that is previewed.", label = "N")
    public long seed = 1;
}
