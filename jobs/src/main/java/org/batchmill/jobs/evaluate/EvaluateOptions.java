package org.batchmill.jobs.evaluate;

import java.nio.file.Path;
import org.batchmill.jobs.options.JobOption;
import org.batchmill.jobs.options.OptionGroup;

/** How {@link EvaluateJob} evaluates, and what else is wanted. Not thread-safe while it is being filled in. */
public final class EvaluateOptions implements OptionGroup {

    @JobOption("Evaluate the last weights, not their moving average, where the checkpoint keeps one.")
    public boolean lastWeights;

    @JobOption(value = "Steering: draw truth and prediction over the frames.", label = "PNG")
    public Path plot;

    @JobOption(value = "Steering: write each frame's truth and prediction.", label = "CSV")
    public Path predictions;

    @JobOption("Average the predictions of several checkpoints.")
    public boolean ensemble;

    @JobOption(
            value =
                    "Write confusion.png there, and of a detector precision-recall.png and detection.json, of a classifier"
                            + " classification.json.",
            label = "DIR")
    public Path report;
}
