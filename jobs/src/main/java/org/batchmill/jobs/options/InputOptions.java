package org.batchmill.jobs.options;

import java.io.IOException;
import org.batchmill.augment.decode.ImageDecoder;
import org.batchmill.augment.transform.Policy;
import org.batchmill.queues.pipeline.Shuffle;
import org.batchmill.records.ErrorMode;

/** How samples become batches. Not thread-safe while it is being filled in. */
public final class InputOptions implements OptionGroup {

    @JobOption(value = "Samples in a batch.", label = "N", otherwise = "the task's own", common = true)
    @Within(atLeast = 1)
    public Integer batch;

    @JobOption(value = "Threads that decode and augment.", label = "N", otherwise = "the number of processors")
    @Within(atLeast = 1, atMost = 1024)
    public Integer workers;

    @JobOption(value = "Batches that may wait for the trainer.", label = "N")
    @Within(atLeast = 1)
    public int prefetch = 4;

    @JobOption(
            value = "permutation (indexed data), window:N (streams), queue:CAP,MIN (TensorFlow's queue; its order is"
                    + " not promised), or none.",
            label = "S")
    public Shuffle shuffle = Shuffle.permutation();

    @JobOption(value = "Of order, augmentation, initial weights and dropout.", label = "N")
    public long seed = 1;

    @JobOption(
            value = "Augmentation: none, yolo, steering, digits, classes, or a YAML file.",
            label = "P",
            otherwise = "the task's own",
            common = true)
    public PolicyName policy;

    @JobOption(
            value = "fail, skip or quarantine a bad sample.",
            label = "E",
            otherwise = "fail; of a topic quarantine",
            common = true)
    public ErrorMode onError;

    @JobOption(value = "So many bad samples may be skipped.", label = "N")
    @Within(atLeast = 0)
    public long maxErrors = 100;

    @JobOption(value = "An image of more pixels is refused before it is decoded.", label = "N")
    @Within(atLeast = 1)
    public long maxPixels = ImageDecoder.DEFAULT_PIXEL_LIMIT;

    /** Which samples are drawn how often. */
    public final SamplingOptions sampling = new SamplingOptions();

    /** What the pipeline may take of the machine. */
    public final ResourceOptions resources = new ResourceOptions();

    /** Threads that decode and augment: as many as there are processors if nobody says how many. */
    public int workerCount() {
        return workers == null ? Runtime.getRuntime().availableProcessors() : workers;
    }

    /**
     * The augmentation; null for the task's own.
     *
     * @throws IOException if its file cannot be read or is bad
     */
    public Policy readPolicy() throws IOException {
        return policy == null ? null : policy.read();
    }

    /** What follows when a sample is bad. */
    public ErrorMode errorMode() {
        return onError == null ? ErrorMode.FAIL : onError;
    }

    /** Whether workers and prefetch tune themselves: as asked for, else when nobody says how many workers there are. */
    public boolean tunesItself() {
        return resources.autotune == null ? workers == null : resources.autotune;
    }
}
