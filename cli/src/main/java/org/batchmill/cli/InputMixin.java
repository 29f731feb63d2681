package org.batchmill.cli;

import org.batchmill.jobs.options.InputOptions;
import org.batchmill.queues.pipeline.ErrorPolicy;
import picocli.CommandLine.Option;

/** The options that say how samples become batches. What is not given is the job's own default. */
final class InputMixin {

    @Option(names = "--batch", paramLabel = "N", description = "Samples in a batch.")
    Integer batch;

    @Option(
            names = "--workers",
            paramLabel = "N",
            description = "Threads that decode and augment; the number of processors.")
    Integer workers;

    @Option(names = "--prefetch", paramLabel = "N", description = "Batches that may wait for the trainer.")
    Integer prefetch;

    @Option(
            names = "--shuffle",
            paramLabel = "S",
            description =
                    "permutation (indexed data, the default there), window:N (streams), queue:CAP,MIN (TensorFlow's queue; its"
                            + " order is not promised), or none.")
    String shuffle;

    @Option(names = "--seed", paramLabel = "N", description = "Of order, augmentation, initial weights and dropout.")
    Long seed;

    @Option(
            names = "--policy",
            paramLabel = "P",
            description = "Augmentation: none, yolo, steering, digits, or a YAML file; the task's own if not given.")
    String policy;

    @Option(names = "--on-error", paramLabel = "E", description = "fail (default), skip or quarantine a bad sample.")
    ErrorPolicy.Mode onError;

    @Option(names = "--max-errors", paramLabel = "N", description = "So many bad samples may be skipped (default 100).")
    Integer maxErrors;

    @Option(
            names = "--max-pixels",
            paramLabel = "N",
            description = "A picture of more pixels is refused before it is decoded (default 64000000).")
    Long maxPixels;

    InputOptions onto(InputOptions options) {
        if (batch != null) {
            options.batch(batch);
        }
        if (workers != null) {
            options.workers(workers);
        }
        if (prefetch != null) {
            options.prefetch(prefetch);
        }
        if (shuffle != null) {
            options.shuffle(shuffle);
        }
        if (seed != null) {
            options.seed(seed);
        }
        if (policy != null) {
            options.policy(policy);
        }
        if (onError != null) {
            options.onError(onError);
        }
        if (maxErrors != null) {
            options.maxErrors(maxErrors);
        }
        if (maxPixels != null) {
            options.maxPixels(maxPixels);
        }
        return options;
    }
}
