package org.batchmill.train.loop;

import java.time.Duration;
import org.batchmill.records.UsageException;

/**
 * When checkpoints are written, beside the one at the end and, with evaluations, the best.
 *
 * @param everySteps 0 for never
 * @param every      time between two; null or zero for never
 */
public record CheckpointPolicy(long everySteps, Duration every) {

    public CheckpointPolicy {
        if (everySteps < 0) {
            throw new UsageException("a checkpoint every " + everySteps + " steps makes no sense");
        }
    }

    boolean isDue(long step, long nanosSinceLast) {
        return (everySteps > 0 && step % everySteps == 0)
                || (every != null
                        && every.compareTo(Duration.ZERO) > 0
                        && Duration.ofNanos(nanosSinceLast).compareTo(every) >= 0);
    }
}
