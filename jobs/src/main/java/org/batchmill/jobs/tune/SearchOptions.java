package org.batchmill.jobs.tune;

import java.util.List;
import org.batchmill.jobs.options.JobOption;
import org.batchmill.jobs.options.OptionGroup;
import org.batchmill.jobs.options.Within;
import org.batchmill.train.tune.Option;

/** What is searched, and with how much. Not thread-safe while it is being filled in. */
public final class SearchOptions implements OptionGroup {

    @JobOption(
            value = "An option of train and its values: batch=10,20 or optimizer=adam|momentum:.9; or a range:"
                    + " batch=8..64, l2=0..0.1, lr=log:1e-4..1e-1.",
            label = "NAME=VALUES",
            required = true,
            split = ";")
    public List<Option> search = List.of();

    @JobOption(value = "So many random draws.", label = "N", otherwise = "every combination")
    @Within(atLeast = 0)
    public int trials;

    @JobOption(
            value = "Cut the training samples into so many parts and hold out each once, instead of --val or"
                    + " --val-share.",
            label = "K")
    @Within(atLeast = 1)
    public int folds = 1;

    @JobOption(
            value = "Processors that all trainings together may use; --threads says how many each uses, else one.",
            label = "N",
            otherwise = "all of them")
    @Within(atLeast = 0)
    public int cpus;
}
