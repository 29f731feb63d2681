package org.batchmill.jobs.pack;

import java.util.List;
import org.batchmill.ingest.packing.BeamRunner;
import org.batchmill.jobs.options.JobOption;
import org.batchmill.jobs.options.OptionGroup;

/** What packs. Not thread-safe while it is being filled in. */
public final class RunnerOptions implements OptionGroup {

    @JobOption(value = "The Beam runner: direct or flink.", label = "R")
    public String runner = BeamRunner.DIRECT;

    @JobOption(
            value = "For the runner: --flinkMaster=HOST:PORT. May be repeated.",
            label = "ARG",
            split = "\n") // an argument may hold commas
    public List<String> runnerOption = List.of();

    @JobOption(value = "Of the pipeline.", label = "N", otherwise = "the number of processors")
    public int workers;
}
