package org.batchmill.jobs.convert;

import java.nio.file.Path;
import org.batchmill.jobs.options.JobOption;
import org.batchmill.jobs.options.OptionGroup;

/** What {@link CompressJob} is asked to do: one of three ways. Not thread-safe while it is being filled in. */
public final class CompressOptions implements OptionGroup {

    @JobOption(value = "Set this share of each layer's weights to 0, the smallest.", label = "SHARE")
    public Double prune;

    @JobOption(value = "Let each layer's weights share 2^BITS values, 1 to 8.", label = "BITS")
    public Integer share;

    @JobOption("Leave each filter's weights their signs and one size.")
    public boolean binarise;

    @JobOption(value = "The checkpoint to write.", label = "FILE", required = true)
    public Path out;
}
