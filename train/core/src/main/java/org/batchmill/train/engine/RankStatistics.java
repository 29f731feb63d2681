package org.batchmill.train.engine;

import java.util.List;

/**
 * What the batch norms of several programs, one on each rank of a gang, tell each other in the middle of a pass. All ranks make the same
 * calls in the same order.
 */
@FunctionalInterface
public interface RankStatistics {

    /**
     * What each rank tells, by rank: the same on all of them.
     *
     * @param own of this rank, as many on all; not changed
     */
    List<float[]> exchange(float[] own);
}
