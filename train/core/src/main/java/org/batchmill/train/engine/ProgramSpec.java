package org.batchmill.train.engine;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.batchmill.records.UsageException;
import org.batchmill.train.loss.Loss;
import org.batchmill.train.network.Network;
import org.batchmill.train.optimize.Optimizer;

/**
 * What an engine compiles.
 *
 * @param network     the network
 * @param inputFormat how batches lie in memory
 * @param batchSize   rows in a full batch; smaller batches are allowed at every call
 * @param learning    how it learns; null for a program that only predicts
 * @param execution   where and how the engine calculates
 * @param seed        of initialisers, dropout and noise
 */
public record ProgramSpec(
        Network network, InputFormat inputFormat, int batchSize, Learning learning, Execution execution, long seed) {

    /**
     * How a network learns.
     *
     * @param loss          what training makes small
     * @param optimizer     the update rule
     * @param decay         of the weights
     * @param clipping      of the gradients
     * @param rates         learning-rate multipliers; the first whose pattern matches a parameter's layer wins, 1 otherwise; 0 freezes
     * @param keepZeros     weights that are 0 get no gradient and stay 0: a pruned network stays pruned
     * @param syncBatchNorm batch norms that go by the batch go by the rows of all ranks of a gang: {@link Program#exchangeStatistics} says
     *                      how they hear of each other, before the first step. Else by those of a call
     */
    public record Learning(
            Loss loss,
            Optimizer optimizer,
            Decay decay,
            Clipping clipping,
            List<RateMultiplier> rates,
            boolean keepZeros,
            boolean syncBatchNorm) {

        public Learning {
            if (loss == null || optimizer == null) {
                throw new IllegalArgumentException("training needs a loss and an optimizer");
            }
            Objects.requireNonNull(decay, "decay");
            Objects.requireNonNull(clipping, "clipping");
            rates = List.copyOf(rates);
        }

        /** Without decay or clipping, all layers at one rate. */
        public static Learning of(Loss loss, Optimizer optimizer) {
            return new Learning(loss, optimizer, Decay.NONE, Clipping.NONE, List.of(), false, false);
        }

        /** The learning-rate multiplier of a layer's parameters, by its name: see {@link #rates()}. */
        float rate(String layer) {
            for (RateMultiplier rate : rates) {
                if (rate.matches(layer)) {
                    return rate.multiplier();
                }
            }
            return 1;
        }
    }

    /**
     * What is added to the gradients of weights, and of nothing else, so that they stay small.
     *
     * @param l1 coefficient of the sum of absolute weights: l1 sign(w) is added
     * @param l2 coefficient of half the sum of squared weights: l2 w is added, darknet's decay
     */
    public record Decay(float l1, float l2) {

        /** Nothing is added. */
        public static final Decay NONE = new Decay(0, 0);
    }

    /**
     * How large gradients may be.
     *
     * @param value they are clipped to plus or minus this, 0 for never
     * @param norm  they are scaled so that their global norm is at most this, 0 for never; after {@code value}, before decay
     */
    public record Clipping(float value, float norm) {

        /** As large as they are. */
        public static final Clipping NONE = new Clipping(0, 0);
    }

    /**
     * Where and how an engine calculates.
     *
     * @param dataFormat the layout inside, where the engine has a choice
     * @param precision  the arithmetic inside, where the engine has a choice
     * @param threads    within an operation; 0 for the engine's choice
     * @param device     {@code cpu} or {@code gpu:0}
     * @param gpuMemory  what may be taken of a GPU's memory; null for all of it, and on a CPU
     */
    public record Execution(
            DataFormat dataFormat, Precision precision, int threads, String device, MemoryLimit gpuMemory) {

        /** On the CPU, in float32, as the engine likes it best. */
        public static final Execution CPU = new Execution(DataFormat.AUTO, Precision.FLOAT32, 0, "cpu", null);
    }

    /** How batches lie in memory. */
    public enum InputFormat {
        UINT8_NHWC,
        FLOAT32_NHWC,
        FLOAT32_NCHW
    }

    /** The layout of activations inside the engine. */
    public enum DataFormat {
        AUTO,
        NCHW,
        NHWC
    }

    /** The arithmetic inside the engine; parameters and optimizer slots are float32 always. */
    public enum Precision {
        FLOAT32,
        TF32,
        BFLOAT16
    }

    /**
     * @param layerPattern a glob over layer names: {@code conv*}
     * @param multiplier   0 or more
     */
    public record RateMultiplier(String layerPattern, float multiplier) {

        /** Whether the pattern matches all of a layer's name; {@code *} stands for any characters, {@code ?} for one. */
        public boolean matches(String layer) {
            return matches(layerPattern, 0, layer, 0);
        }

        private static boolean matches(String pattern, int p, String name, int n) {
            if (p == pattern.length()) {
                return n == name.length();
            }
            if (pattern.charAt(p) == '*') {
                return matches(pattern, p + 1, name, n) || (n < name.length() && matches(pattern, p, name, n + 1));
            }
            return n < name.length()
                    && (pattern.charAt(p) == '?' || pattern.charAt(p) == name.charAt(n))
                    && matches(pattern, p + 1, name, n + 1);
        }
    }

    public ProgramSpec {
        Objects.requireNonNull(network, "network");
        Objects.requireNonNull(execution, "execution");
        if (batchSize < 1) {
            throw new IllegalArgumentException("batch size: " + batchSize);
        }
    }

    /** Whether the program is compiled for training too; else only predict works. */
    public boolean training() {
        return learning != null;
    }

    /** What training makes small; null for a program that only predicts. */
    public Loss loss() {
        return learning == null ? null : learning.loss;
    }

    /** The update rule; null for a program that only predicts. */
    public Optimizer optimizer() {
        return learning == null ? null : learning.optimizer;
    }

    /** Whether batch norms go by the rows of all ranks; see {@link Learning#syncBatchNorm()}. */
    public boolean syncBatchNorm() {
        return learning != null && learning.syncBatchNorm;
    }

    /** The learning-rate multiplier of a layer's parameters, by its name: see {@link Learning#rates()}. */
    public float rate(String layer) {
        return learning == null ? 1 : learning.rate(layer);
    }

    /**
     * With {@link Learning#keepZeros()}: takes the gradients of weights that are 0. Engines call it before they measure, clip and apply gradients;
     * as the gradient of such a weight was 0 in all updates, its optimizer slots hold nothing that could move it.
     *
     * @param value    weights, of which nothing changes
     * @param gradient of these
     * @param count    of values in each array
     */
    public void keepZeros(float[] value, float[] gradient, int count) {
        if (learning.keepZeros) {
            for (int i = 0; i < count; i++) {
                gradient[i] = value[i] == 0 ? 0 : gradient[i];
            }
        }
    }

    /** @throws UsageException if only predictions were asked for */
    public void requireTraining() {
        if (!training()) {
            throw new UsageException("this program was compiled for inference");
        }
    }

    /** @throws UsageException if batch norms go by the rows of a call */
    public void requireSyncBatchNorm() {
        if (!syncBatchNorm()) {
            throw new UsageException("this program was compiled for batch norm over the rows of a call");
        }
    }

    /** @throws UsageException if a call has no rows, or more than a full batch */
    public void requireRows(int rows) {
        if (rows < 1 || rows > batchSize) {
            throw new UsageException("rows must be 1 to " + batchSize + ", not " + rows);
        }
    }

    /** @throws UsageException if the input of a call ends before its last row */
    public static void requireInput(int rows, int given, long needed) {
        if (given < needed) {
            throw new UsageException(rows + " rows need " + needed + " bytes of input, not " + given);
        }
    }

    /**
     * The targets of the rows of a call, without what lies behind it; {@code targets} itself if nothing does.
     *
     * @param outputSize numbers that the network puts out for a row
     * @throws UsageException if the targets end before the last row
     */
    public float[] targetOf(int rows, int outputSize, float[] targets) {
        long size = (long) rows * learning.loss.targetSize(outputSize);
        if (targets.length < size) {
            throw new UsageException(rows + " rows need " + size + " target values, not " + targets.length);
        }
        return targets.length == size ? targets : Arrays.copyOf(targets, (int) size);
    }

    /** A builder that starts with these values. */
    public ProgramSpecBuilder toBuilder() {
        return new ProgramSpecBuilder(this);
    }

    /** Inference only, float32, on the CPU. */
    public static ProgramSpec inference(Network network, InputFormat format, int batchSize) {
        return new ProgramSpec(network, format, batchSize, null, Execution.CPU, 0);
    }

    /** Training without regularisation or clipping, float32, on the CPU. */
    public static ProgramSpec training(
            Network network, InputFormat format, int batchSize, Loss loss, Optimizer optimizer, long seed) {
        return new ProgramSpec(network, format, batchSize, Learning.of(loss, optimizer), Execution.CPU, seed);
    }
}
