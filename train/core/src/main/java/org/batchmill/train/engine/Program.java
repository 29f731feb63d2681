package org.batchmill.train.engine;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.batchmill.records.UsageException;

/**
 * A compiled network with its parameters and optimizer slots on a device. Used by one thread at a time. Owns its memory until
 * {@link #close()}.
 *
 * <p>All arrays that cross this border are float32 in the canonical layouts of {@link org.batchmill.train.network.Layer}; outputs
 * and gradients of a sample are in the order channels, height, width.
 */
public interface Program extends AutoCloseable {

    /**
     * Where a step stands.
     *
     * @param step         from 0: counts updates; seeds dropout and noise together with the specification's seed
     * @param microStep    from 0: counts the calls that accumulate into one update; seeds dropout and noise too
     * @param learningRate of this update
     * @param firstRow     which of the rows that {@code microStep} counts as one call the first row of the call is: from 0, and 0 for
     *                     whoever learns all of them. A rank of a gang learns some; the random numbers of a row are those that it
     *                     has where one program learns all rows, so a layer draws from index {@code firstRow * values of a row} on
     */
    record StepContext(long step, int microStep, double learningRate, int firstRow) {

        /** Of somebody who learns all rows. */
        public StepContext(long step, int microStep, double learningRate) {
            this(step, microStep, learningRate, 0);
        }
    }

    /**
     * Changes gradients in place.
     *
     * @param <X> what may go wrong
     */
    @FunctionalInterface
    interface GradientWork<X extends Exception> {

        /** @param gradients the accumulated gradients of all trained parameters; valid during the call */
        void on(NativeFloats gradients) throws X;
    }

    /** Hears, while a pass goes back, how far it is done with the gradients. */
    @FunctionalInterface
    interface GradientWatcher {

        /**
         * Called on the program's thread. Nearer to the front with each call; what no call named is final when the pass returns.
         *
         * @param gradients the block of {@link #exchangeGradients}; valid until the update
         * @param first     from here to its end nothing changes any more
         */
        void finalFrom(NativeFloats gradients, long first);
    }

    /** The loss of a pass that may still be going on. Read on the program's thread, once. */
    interface PendingLoss {

        /** Waits for it. */
        double value();

        /** Whether {@link #value} would not wait. */
        default boolean isKnown() {
            return true;
        }
    }

    /**
     * One forward and backward pass; gradients are added to those already accumulated.
     *
     * @param input     {@code rows} samples in the specification's input format, native byte order, direct; read during the call only
     * @param rows      1 to the batch size
     * @param targets     [rows][targetSize]
     * @param totalRows rows that the mean is taken over
     * @return the share of the loss that these rows make up, without regularisation
     */
    double accumulate(ByteBuffer input, int rows, float[] targets, int totalRows, StepContext context);

    /**
     * {@link #accumulate} that need not wait for the loss. Until its value is read nothing but {@link #stage} is called.
     *
     * @param input read during the call only
     */
    default PendingLoss begin(ByteBuffer input, int rows, float[] targets, int totalRows, StepContext context) {
        double loss = accumulate(input, rows, targets, totalRows, context);
        return () -> loss;
    }

    /**
     * Whether a pass that was {@linkplain #begin begun} goes on beside the caller, who then does well to get the next rows and to
     * {@linkplain #stage stage} them before he asks for the loss.
     */
    default boolean computesBeside() {
        return false;
    }

    /**
     * Sends rows to the device ahead of the {@link #begin} that learns them, which is the next one with this memory if it is the next one at
     * all; else they are forgotten. The input is read during the call only.
     */
    default void stage(ByteBuffer input, int rows) {}

    /**
     * Updates the parameters from the accumulated gradients and clears those.
     *
     * @return the global norm of the gradients, before clipping and decay
     */
    double update(StepContext context);

    /** {@link #accumulate} of a whole batch. The caller looks at the loss before it calls {@link #update}. */
    default double accumulate(ByteBuffer input, int rows, float[] targets, StepContext context) {
        return accumulate(input, rows, targets, rows, context);
    }

    /** The outputs [rows][outputSize] of the last {@link #accumulate}, in training mode; overwrites {@code outputs}. */
    void lastOutputs(float[] outputs);

    /**
     * Outputs in inference mode.
     *
     * @param outputs [rows][outputSize], overwritten
     */
    void predict(ByteBuffer input, int rows, float[] outputs);

    /** {@link #predict} that hands out the output of each layer as well, by layer name; for tests, plots and exports. */
    Map<String, float[]> activations(ByteBuffer input, int rows);

    /** The specification. */
    ProgramSpec spec();

    /** A copy of a parameter, in the canonical layout. */
    float[] parameter(String name);

    /** Sets a parameter. */
    void setParameter(String name, float[] values);

    /** A copy of the accumulated gradient of a parameter, before {@link #update}. */
    float[] gradient(String name);

    /**
     * Hands out the accumulated gradients of all trained parameters as one block of memory, to be changed in place: {@link #update}
     * applies, clips and measures what is left there. The sum over the ranks of a gang is taken this way. Called between the last
     * {@link #accumulate} and {@link #update}. Where nothing was accumulated since the last update, the block is zero and counts as
     * accumulated: a rank to which no row of a batch fell takes part in the update all the same.
     *
     * <p>The block is in the engine's own order and layouts, gaps and padding included, which are 0 and add up to 0: two programs
     * with equal {@link #gradientLayout()} have the same value at the same place. Engines should hand out the memory that they
     * update from; one that cannot copies before and after the call.
     *
     * @throws X                                       what the work threw; the gradients are then undefined until the next update
     * @throws UsageException if the program was compiled for inference
     */
    <X extends Exception> void exchangeGradients(GradientWork<X> work) throws X;

    /**
     * Has the passes that follow tell how far they are done with the block of {@link #exchangeGradients}, so that its end can be summed over
     * ranks while they go on. Passes whose gradients others are added to must not be watched.
     *
     * @param watcher null for nobody
     * @return whether this engine tells anything
     */
    default boolean watchGradients(GradientWatcher watcher) {
        return false;
    }

    /**
     * What lies where in the block of {@link #exchangeGradients}, in words: parameters with layouts and places. Equal for programs
     * whose blocks can be added, different for others: engines that choose layouts by the processor say which they chose.
     */
    String gradientLayout();

    /**
     * Says how batch norms hear of the rows of other ranks, where the specification wants them {@linkplain ProgramSpec#syncBatchNorm
     * synchronized}: from now on each {@link #accumulate} exchanges in the middle of its passes, so that all ranks must be in one, and a
     * rank that fails there leaves the others waiting. What the exchange throws comes out of it. Rolling values are those of all rows.
     *
     * @throws UsageException if the program was not compiled for it, or the engine cannot
     */
    default void exchangeStatistics(RankStatistics ranks) {
        throw new UsageException("this engine takes batch norm over the rows of one rank alone");
    }

    /** A copy of an optimizer slot of a parameter: see {@link org.batchmill.train.optimize.Optimizer#slots()}. */
    float[] slot(String parameter, String slot);

    /** Sets an optimizer slot. */
    void setSlot(String parameter, String slot, float[] values);

    /** What was compiled, for people: operations with formats, buffers and fusions. */
    List<String> plan();

    /**
     * Bytes of device memory held at the peak of a step, parameters included; -1 if the engine cannot tell. Where a library has the
     * memory, the least that a step takes, until one was measured.
     */
    long peakBytes();

    /** From now on hands the spans of each layer's forward and backward pass to the consumer; null for no more. */
    void trace(Consumer<Span> spans);

    /**
     * The time that a part of a layer's work took.
     *
     * @param layer     the layer's name
     * @param pass      {@code forward}, {@code backward} or {@code update}
     * @param operation what ran, in the engine's words
     * @param startNano by {@link System#nanoTime()}
     */
    record Span(String layer, String pass, String operation, long startNano, long nanos) {}

    @Override
    void close();
}
