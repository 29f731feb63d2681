package org.batchmill.jobs.topic;

import java.io.IOException;
import org.batchmill.ingest.sources.kafka.TopicStream;
import org.batchmill.train.checkpoint.Checkpoint;

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
    public Long epochs() {
        return 1L;
    }

    @Override
    public boolean checkpointAtStart() {
        return true;
    }
}
