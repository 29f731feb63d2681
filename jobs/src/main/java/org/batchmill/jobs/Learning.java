package org.batchmill.jobs;

import org.batchmill.augment.Batch;
import org.batchmill.augment.BatchShape;
import org.batchmill.augment.transform.Policy;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.loss.Loss;
import org.batchmill.train.network.Network;
import org.batchmill.train.recipe.Recipe;
import org.batchmill.train.task.Task;

/**
 * What is trained, on what, and how: all that follows from the task, the data and the options.
 *
 * @param policy     the augmentation of training samples
 * @param evaluation what is done to samples that are only judged
 * @param format     how batches lie in memory
 */
record Learning(Network network, Task task, Loss loss, Recipe recipe, Policy policy, Policy evaluation, Batch.Format format) {

    /** The shape of batches of so many rows. */
    BatchShape shape(int rows) {
        return shapeOf(network, rows, format);
    }

    /** The batch shape that a network takes; a vector lies along the width. */
    static BatchShape shapeOf(Network network, int rows, Batch.Format format) {
        return network.input().isVector()
                ? new BatchShape(rows, 1, network.input().channels(), 1, format)
                : new BatchShape(
                        rows,
                        network.input().height(),
                        network.input().width(),
                        network.input().channels() * network.timeSteps(),
                        format);
    }

    /** The same layout in the engine's words. */
    ProgramSpec.InputFormat inputFormat() {
        return inputFormat(format);
    }

    static ProgramSpec.InputFormat inputFormat(Batch.Format format) {
        return ProgramSpec.InputFormat.valueOf(format.name());
    }
}
