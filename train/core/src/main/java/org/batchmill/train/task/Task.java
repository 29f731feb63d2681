package org.batchmill.train.task;

import java.util.List;
import org.batchmill.batches.Batch;
import org.batchmill.records.DataException;

/**
 * What a network is trained for: turns labels into the numbers that the loss takes, and measures predictions. Implementations are
 * immutable and safe to share.
 */
public interface Task {

    /** What a checkpoint keeps of the task. */
    TaskDescription description();

    /**
     * Writes the targets of every row.
     *
     * @param batch     the batch, with labels
     * @param targetSize numbers a row, as the loss wants them
     * @param targets     [rows][targetSize] from index 0, overwritten
     * @throws DataException if a row has no label of this task's kind; names the sample
     */
    void encode(Batch batch, int targetSize, float[] targets) throws DataException;

    /** The name, among {@link TaskMetrics#scores()}, of the number that best checkpoints and early stopping go by. */
    String metric();

    /** Whether a larger metric is better. */
    boolean higherIsBetter();

    /** Empty metrics of one evaluation. */
    TaskMetrics metrics();

    /**
     * The prediction of an ensemble, in the same space as a single network's outputs; their mean unless the task knows better.
     *
     * @param members the outputs [rows][outputSize] of each member
     */
    default float[] average(List<float[]> members, int rows) {
        float[] mean = new float[members.get(0).length];
        for (int i = 0; i < mean.length; i++) {
            double sum = 0;
            for (float[] member : members) {
                sum += member[i];
            }
            mean[i] = (float) (sum / members.size());
        }
        return mean;
    }
}
