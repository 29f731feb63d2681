package org.batchmill.train.task;

import java.util.Map;
import org.batchmill.batches.Batch;
import org.batchmill.records.DataException;

/** The metrics of one evaluation, fed batch by batch in the order of the data. Used by one thread at a time. */
public interface TaskMetrics {

    /**
     * Takes in the predictions for a batch.
     *
     * @param outputs [rows][outputSize], read during the call only
     * @throws DataException if a row has no label of this task's kind; names the sample
     */
    void add(Batch batch, float[] outputs) throws DataException;

    /** The numbers by name, in the order for people: {@link Task#metric()} is among them. */
    Map<String, Double> scores();
}
