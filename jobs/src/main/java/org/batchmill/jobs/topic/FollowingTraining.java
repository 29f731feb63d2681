package org.batchmill.jobs.topic;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import org.batchmill.ingest.sources.kafka.TopicStream;
import org.batchmill.jobs.input.PipelineBatches;
import org.batchmill.queues.pipeline.PipelineListener;
import org.batchmill.train.checkpoint.Checkpoint;
import org.batchmill.train.loop.Hook;
import org.batchmill.train.loop.TrainingLoop;
import org.batchmill.train.loop.TrainingResult;

/**
 * A rank of a gang that learns from a topic which another one reads: that one keeps positions, dead letters and figures. Holds nothing.
 *
 * @param topic somebody else closes it
 */
public record FollowingTraining(TopicStream topic) implements TrainingSession {

    @Override
    public <T> T train(Checkpoint resumed, Stretch<T> stretch) throws IOException, InterruptedException {
        if (resumed == null) {
            topic.beginAnew();
        }
        return stretch.run(resumed).orElseThrow();
    }

    @Override
    public Optional<TrainingResult> run(TrainingLoop loop, PipelineBatches batches, long step)
            throws IOException, InterruptedException {
        return Optional.of(loop.run());
    }

    @Override
    public Long epochs() {
        return 1L;
    }

    @Override
    public boolean checkpointAtStart() {
        return true;
    }

    @Override
    public PipelineListener listening(PipelineListener other) {
        return other;
    }

    @Override
    public List<Hook> hooks() {
        return List.of();
    }

    @Override
    public Map<String, DoubleSupplier> metrics() {
        return Map.of();
    }

    @Override
    public String progress() {
        return "";
    }

    @Override
    public void close() {}
}
