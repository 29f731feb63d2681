package org.batchmill.jobs.predict;

import java.nio.file.Path;
import java.util.List;
import org.batchmill.augment.transform.Fit;
import org.batchmill.jobs.options.EngineOptions;
import org.batchmill.jobs.options.JobOption;
import org.batchmill.jobs.options.OptionGroup;
import org.batchmill.jobs.options.Within;

/** What {@link PredictJob} is asked to do. Not thread-safe while it is being filled in. */
public final class PredictOptions implements OptionGroup {

    /** A checkpoint or a run folder. */
    public Path checkpoint;

    /** Images, and folders of them. */
    public List<Path> images = List.of();

    @JobOption(
            value = "A file NAME.csv or NAME.jsonl, or a folder for predictions.csv and predictions.jsonl.",
            label = "WHERE")
    public Path out;

    @JobOption(value = "Classes told of each image, the likeliest first.", label = "N")
    @Within(atLeast = 1)
    public int top = 5;

    @JobOption(value = "stretch or letterbox: as the network was trained.", label = "F")
    public Fit fit = Fit.STRETCH;

    @JobOption(value = "Images predicted at a time.", label = "N")
    @Within(atLeast = 1)
    public int batch = 16;

    @JobOption(value = "Threads that decode.", label = "N", otherwise = "the number of processors")
    @Within(atLeast = 1, atMost = 1024)
    public Integer workers;

    @JobOption("Say what would be read and written, and do neither.")
    public boolean dryRun;

    /** What computes. */
    public EngineOptions engine = new EngineOptions();
}
