package org.batchmill.jobs.pack;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.batchmill.ingest.packing.BeamRunner;
import org.batchmill.jobs.options.JobOption;
import org.batchmill.jobs.options.OptionGroup;
import org.batchmill.jobs.options.Within;
import org.batchmill.records.OptionException;

/** What packs. Not thread-safe while it is being filled in. */
public final class RunnerOptions implements OptionGroup {

    @JobOption(value = "The Beam runner: direct or flink.", label = "R")
    public String runner = BeamRunner.DIRECT;

    @JobOption(
            value =
                    "Flink: the cluster that packs, by its REST address; its machines see the data and the output as this one does.",
            label = "HOST:PORT",
            otherwise = "one inside the process")
    public String flinkMaster;

    @JobOption(
            value = "For the runner, in Beam's form: --objectReuse=true. May be repeated.",
            label = "ARG",
            split = "\n") // an argument may hold commas
    public List<String> runnerOption = List.of();

    @JobOption(value = "Of the pipeline.", label = "N", otherwise = "the number of processors")
    @Within(atLeast = 0, atMost = 1024)
    public int workers;

    /** A place as workers are told it: where they run on other machines, in full. */
    String everywhere(String place) {
        boolean whole = place.contains("://")
                || place.startsWith("jar:")
                || Path.of(place).isAbsolute();
        return flinkMaster == null || whole
                ? place
                : Path.of("").toAbsolutePath() + "/" + place; // one that ends in a slash goes on doing so
    }

    /** What the pipeline is told. */
    BeamRunner runner() {
        List<String> arguments = new ArrayList<>(runnerOption);
        if (flinkMaster != null) {
            if (!runner.equals(BeamRunner.FLINK)) {
                throw new OptionException("{flink-master} is for {runner} flink, not {}", runner);
            }
            arguments.add("--flinkMaster=" + flinkMaster);
        }
        return new BeamRunner(runner, arguments, workers);
    }
}
