package org.batchmill.jobs.inspect;

import java.nio.file.Path;
import org.batchmill.jobs.options.JobOption;
import org.batchmill.jobs.options.OptionGroup;

/** What is looked into in place of files. Not thread-safe while it is being filled in. */
public final class InspectOptions implements OptionGroup {

    @JobOption(
            value = "Prints the plan of a model's training step: operations, formats, buffers, what is fused.",
            label = "MODEL")
    public String plan;

    @JobOption(value = "Draws the graph of a model or of a checkpoint's network: an SVG image.", label = "FILE.svg")
    public Path out;
}
