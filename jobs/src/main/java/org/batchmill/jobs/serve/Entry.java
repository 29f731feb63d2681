package org.batchmill.jobs.serve;

import java.util.List;
import org.batchmill.augment.PooledBatch;

/**
 * A batch that lies in the ring.
 *
 * @param number from 0 over all epochs
 * @param rows   that are filled
 * @param batch  closed when nobody needs it any more, which makes room for another
 * @param before the pipeline's state before it
 * @param after  the same behind it
 */
record Entry(
        long number,
        long epoch,
        int slot,
        int rows,
        List<String> ids,
        PooledBatch batch,
        String before,
        String after) {}
