package org.batchmill.engine.torch.plan;

import org.batchmill.train.engine.Program.StepContext;
import org.batchmill.train.engine.RankStatistics;
import org.batchmill.train.engine.StepRandom;
import org.bytedeco.pytorch.Device;

/**
 * What layers need to know of the pass that they are run in.
 *
 * @param training whether values are dropped, noise is added and norms go by the batch
 * @param inPlace  whether a layer may overwrite what it alone reads: not where each layer is a graph for itself
 * @param rows     samples
 * @param ranks    how synchronized batch norms hear of other ranks' rows; null where none do
 */
public record Pass(
        Device device,
        boolean training,
        boolean inPlace,
        int rows,
        long seed,
        StepContext context,
        RankStatistics ranks) {

    /** Which of the values that a step has of a kind the first is, if this pass has so many. */
    public long first(long count) {
        return context.firstRow() * (count / rows);
    }

    public StepRandom random(String layer) {
        return new StepRandom(seed, context.step(), context.microStep(), layer);
    }
}
