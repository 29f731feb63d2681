package org.batchmill.jobs.topic;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import org.batchmill.jobs.input.PipelineBatches;
import org.batchmill.queues.pipeline.PipelineListener;
import org.batchmill.train.checkpoint.Checkpoint;
import org.batchmill.train.loop.Hook;
import org.batchmill.train.loop.TrainingLoop;
import org.batchmill.train.loop.TrainingResult;

/**
 * What the position that samples come from asks of a training: files nothing, a topic that its position is kept and that the training goes
 * back to its last checkpoint when partitions change hands. By default nothing is added to the loop. Used by the thread of the loop.
 */
public interface TrainingSession extends AutoCloseable {

    /** One stretch of a training, from a checkpoint on. */
    @FunctionalInterface
    interface Stretch<T> {

        /**
         * Trains.
         *
         * @param from null for the beginning
         * @return empty if the samples were taken away before it was done
         */
        Optional<T> run(Checkpoint from) throws IOException, InterruptedException;
    }

    /**
     * Runs a training to its end, stretch after stretch.
     *
     * @param resumed what the run goes on from; null for a new run
     */
    <T> T train(Checkpoint resumed, Stretch<T> stretch) throws IOException, InterruptedException;

    /**
     * Runs the loop of one stretch.
     *
     * @param step where the loop begins
     * @return empty if the samples were taken away before it was done: it is to be built again from the last checkpoint
     */
    default Optional<TrainingResult> run(TrainingLoop loop, PipelineBatches batches, long step)
            throws IOException, InterruptedException {
        return Optional.of(loop.run());
    }

    /** How often the samples are gone through; null for as long as the loop runs. */
    Long epochs();

    /** Whether a checkpoint is written before the first step. */
    boolean checkpointAtStart();

    /** Hears of bad samples in place of another, which hears of them too. */
    default PipelineListener listening(PipelineListener other) {
        return other;
    }

    /** The hooks that it adds to the loop. */
    default List<Hook> hooks() {
        return List.of();
    }

    /** What metrics.csv tells beside the loop's own numbers. */
    default Map<String, DoubleSupplier> metrics() {
        return Map.of();
    }

    /** What the progress line tells behind the loop's own numbers. */
    default String progress() {
        return "";
    }

    @Override
    default void close() throws IOException {}
}
