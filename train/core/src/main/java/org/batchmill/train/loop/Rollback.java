package org.batchmill.train.loop;

import org.batchmill.records.UsageException;

/**
 * What follows when the loss or a gradient is no longer a number: the weights go back to the last checkpoint, the data goes on behind
 * the batch at fault, and the learning rate is lowered from then on.
 *
 * @param times      how often in a run, before the training fails after all
 * @param rateFactor what the learning rate is multiplied by each time: .5
 */
public record Rollback(int times, double rateFactor) {
    public Rollback {
        if (times < 1 || !(rateFactor > 0 && rateFactor <= 1)) {
            throw new UsageException(
                    "a rollback needs at least one time and a factor up to 1, not " + times + " and " + rateFactor);
        }
    }
}
