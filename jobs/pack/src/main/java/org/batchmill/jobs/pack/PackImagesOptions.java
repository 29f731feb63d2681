package org.batchmill.jobs.pack;

import java.util.List;
import org.batchmill.ingest.packing.PackOptions;
import org.batchmill.jobs.options.JobOption;
import org.batchmill.jobs.options.OptionGroup;
import org.batchmill.jobs.options.Within;

/** What {@link PackImagesJob} is asked to do. Not thread-safe while it is being filled in. */
public final class PackImagesOptions implements OptionGroup {

    /** The data set's folder, or record files to pack anew. */
    public String data;

    @JobOption(value = "The layout of the folder: voc, coco, yolo, classes, udacity, digits; auto looks.", label = "F")
    public String format = "auto";

    @JobOption(value = "The kind of shards: tfrecord or arrow.", label = "KIND")
    public PackOptions.Container to = PackOptions.Container.TFRECORD;

    @JobOption(value = "lists, or fractions such as train=.9,val=.1.", label = "S")
    public String split = "none";

    @JobOption(value = "Files a split.", label = "N", otherwise = "their size decides")
    @Within(atLeast = 0)
    public int shards;

    @JobOption(value = "Scale larger images down to so many pixels.", label = "PX", otherwise = "all as they are")
    @Within(atLeast = 0)
    public int maxSide;

    @JobOption(value = "Only these; others are a bad annotation.", label = "A,B")
    public List<String> classes = List.of();

    @JobOption(
            value = "Udacity: take the side cameras too, X added to the angle of the left, subtracted for the right.",
            label = "X")
    public Double cameraOffset;

    @JobOption(value = "Of the shuffle.", label = "N")
    public long seed = 1;

    @JobOption("Say what would be read and written, and write nothing.")
    public boolean dryRun;

    /** Where it goes. */
    public final PackingOptions packing = new PackingOptions();

    /** What packs. */
    public final RunnerOptions pipeline = new RunnerOptions();
}
