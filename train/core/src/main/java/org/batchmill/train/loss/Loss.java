package org.batchmill.train.loss;

/**
 * A loss over the outputs of a batch. Implementations are immutable and safe to share. Losses of Batchmill are records, so that an
 * engine may recognise one and compute it on its device; any other implementation is evaluated here, on the host.
 */
public interface Loss {

    /**
     * The loss and its gradient.
     *
     * @param outputs   [rows][outputSize], the network's outputs
     * @param targets     [rows][targetSize], as the task encodes it
     * @param rows      rows in this call
     * @param totalRows rows that the mean is taken over: the whole batch where gradients are accumulated over several calls
     * @param gradient  [rows][outputSize], overwritten with the derivative of the returned value by each output
     * @return the sum over {@code rows} of each row's loss, divided by {@code totalRows}
     */
    double evaluate(float[] outputs, float[] targets, int rows, int totalRows, float[] gradient);

    /** How many target values belong to a row of {@code outputSize} outputs. */
    int targetSize(int outputSize);
}
