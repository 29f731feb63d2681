package org.batchmill.jobs.pack;

import java.util.List;
import org.batchmill.ingest.packing.PackOptions;
import org.batchmill.records.ErrorMode;

/**
 * What {@link PackImagesJob} is asked to do: public fields that the caller fills in before the job begins. Not thread-safe while it is
 * being filled in.
 */
public final class PackImagesOptions {

    /** The data set's folder, or record files to pack anew. */
    public String data;

    /** What the names of the shards begin with. */
    public String out;

    /** voc, coco, yolo, classes, udacity, digits; auto looks. */
    public String format = "auto";

    /** The kind of shards. */
    public PackOptions.Container container = PackOptions.Container.TFRECORD;

    /** none, lists, or fractions such as train=.9,val=.1. */
    public String split = "none";

    /** Files a split; 0 lets the size decide. */
    public int shards;

    /** Larger images are scaled down to this many pixels; 0 keeps all. */
    public int maxSide;

    /** Only these; empty for all. */
    public List<String> classes = List.of();

    /** Udacity: added to the angle of the left camera, subtracted for the right; null leaves the side cameras out. */
    public Double cameraOffset;

    /** Of the shuffle. */
    public long seed = 1;

    /** What becomes of bad samples. */
    public ErrorMode onError = ErrorMode.FAIL;

    /** Bad samples that may be left out. */
    public long maxErrors = 100;

    /** direct or flink. */
    public String runner = "direct";

    /** For the runner: {@code --flinkMaster=HOST:PORT}. */
    public List<String> runnerOptions = List.of();

    /** Of the pipeline; 0 for the number of processors. */
    public int workers;
}
