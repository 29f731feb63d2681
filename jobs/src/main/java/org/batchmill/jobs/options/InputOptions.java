package org.batchmill.jobs.options;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import org.batchmill.augment.decode.ImageDecoder;
import org.batchmill.queues.pipeline.ErrorPolicy;
import org.batchmill.queues.pipeline.Shuffle;
import org.batchmill.records.UsageException;

/** How samples become batches. Not thread-safe while it is being filled in. */
public final class InputOptions {

    private Integer batch;
    private Integer workers;
    private int prefetch = 4;
    private String shuffle = "permutation";
    private long seed = 1;
    private String policy;
    private ErrorPolicy.Mode onError = ErrorPolicy.Mode.FAIL;
    private long maxErrors = 100;
    private long maxPixels = ImageDecoder.DEFAULT_PIXEL_LIMIT;

    @JsonUnwrapped
    private final SamplingOptions sampling = new SamplingOptions();

    @JsonUnwrapped
    private final ResourceOptions resources = new ResourceOptions();

    /** Samples in a batch; null for the task's own. */
    public Integer batch() {
        return batch;
    }

    public InputOptions batch(Integer value) {
        batch = value;
        return this;
    }

    /** Threads that decode and augment: as many as there are processors if nobody says how many. */
    public int workers() {
        return workers == null ? Runtime.getRuntime().availableProcessors() : workers;
    }

    public InputOptions workers(int value) {
        workers = value;
        return this;
    }

    /** Batches that may wait for the trainer. */
    public int prefetch() {
        return prefetch;
    }

    public InputOptions prefetch(int value) {
        prefetch = value;
        return this;
    }

    /** {@code permutation}, {@code window:N}, {@code queue:CAP,MIN} or {@code none}. */
    public String shuffle() {
        return shuffle;
    }

    /**
     * The shuffle, read.
     *
     * @throws UsageException if there is none of that name
     */
    public Shuffle parsedShuffle() {
        try {
            return Shuffle.parse(shuffle);
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage(), e);
        }
    }

    public InputOptions shuffle(String value) {
        shuffle = value;
        return this;
    }

    /** Of order, augmentation, initial weights and dropout. */
    public long seed() {
        return seed;
    }

    public InputOptions seed(long value) {
        seed = value;
        return this;
    }

    /** The augmentation: {@code none}, {@code yolo}, {@code steering} or a YAML file; null for the task's own. */
    public String policy() {
        return policy;
    }

    public InputOptions policy(String value) {
        policy = value;
        return this;
    }

    /** What follows when a sample is bad. */
    public ErrorPolicy.Mode onError() {
        return onError;
    }

    public InputOptions onError(ErrorPolicy.Mode value) {
        onError = value;
        return this;
    }

    /** So many samples may be skipped in a run. */
    public long maxErrors() {
        return maxErrors;
    }

    public InputOptions maxErrors(long value) {
        maxErrors = value;
        return this;
    }

    /** A picture of more pixels is refused before it is decoded. */
    public long maxPixels() {
        return maxPixels;
    }

    public InputOptions maxPixels(long value) {
        maxPixels = value;
        return this;
    }

    /** Which samples are drawn how often. */
    public SamplingOptions sampling() {
        return sampling;
    }

    /** What the pipeline may take of the machine. */
    public ResourceOptions resources() {
        return resources;
    }

    /** Whether workers and prefetch tune themselves: as asked for, else when nobody says how many workers there are. */
    public boolean tunesItself() {
        return resources.autotune() == null ? workers == null : resources.autotune();
    }
}
