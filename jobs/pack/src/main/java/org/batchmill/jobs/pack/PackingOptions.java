package org.batchmill.jobs.pack;

import org.batchmill.jobs.options.JobOption;
import org.batchmill.jobs.options.OptionGroup;
import org.batchmill.jobs.options.Within;
import org.batchmill.records.ErrorMode;

/** Where what is packed goes, and what becomes of what is bad. Not thread-safe while it is being filled in. */
public final class PackingOptions implements OptionGroup {

    @JobOption(
            value = "What the names of the shards begin with; of smaller videos or images the folder.",
            label = "PREFIX",
            required = true)
    public String out;

    @JobOption(value = "fail, skip or quarantine what is bad; of a topic fail or skip.", label = "E")
    public ErrorMode onError = ErrorMode.FAIL;

    @JobOption(value = "So many bad samples, frames or drives may be left out.", label = "N")
    @Within(atLeast = 0)
    public long maxErrors = 100;
}
