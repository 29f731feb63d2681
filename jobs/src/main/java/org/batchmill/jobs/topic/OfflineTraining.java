package org.batchmill.jobs.topic;

import java.io.IOException;
import org.batchmill.train.checkpoint.Checkpoint;

/**
 * A training on samples that stay where they are. Holds nothing.
 *
 * @param epochs how often they are gone through; null for as long as the loop runs
 */
public record OfflineTraining(Long epochs) implements TrainingSession {

    @Override
    public <T> T train(Checkpoint resumed, Stretch<T> stretch) throws IOException, InterruptedException {
        return stretch.run(resumed).orElseThrow();
    }

    @Override
    public boolean checkpointAtStart() {
        return false;
    }
}
