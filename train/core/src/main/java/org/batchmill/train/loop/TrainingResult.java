package org.batchmill.train.loop;

import java.nio.file.Path;

/**
 * How a training ended.
 *
 * @param reason          why
 * @param message         the reason in words
 * @param step            updates done in the whole run
 * @param loss            of the last step; NaN if there was none
 * @param evaluation      the last one; null if there was none
 * @param imagesPerSecond over the whole training, evaluations and checkpoints left out
 * @param waitedShare     the share of that time in which the loop waited for data, 0 to 1
 * @param checkpoint      the last one written; null if none was
 */
public record TrainingResult(
        Reason reason,
        String message,
        long step,
        double loss,
        Evaluation evaluation,
        double imagesPerSecond,
        double waitedShare,
        Path checkpoint) {

    /** Why a training ended. */
    public enum Reason {
        /** The planned steps are done. */
        STEPS_DONE,
        /** The data is at its end. */
        DATA_ENDED,
        /** A hook stopped it: early stopping for instance. */
        HOOK,
        /** {@link TrainingLoop#requestStop()}: a signal. */
        REQUESTED
    }
}
