package org.batchmill.jobs.model;

import org.batchmill.jobs.options.JobOption;
import org.batchmill.jobs.options.OptionGroup;
import org.batchmill.jobs.options.Within;

/** What of a model is tried out on random pixels. Not thread-safe while it is being filled in. */
public final class TrialOptions implements OptionGroup {

    @JobOption(value = "Images a step.", label = "N")
    @Within(atLeast = 1)
    public int batch = 32;

    @JobOption("Predictions in place of training steps.")
    public boolean predict;
}
