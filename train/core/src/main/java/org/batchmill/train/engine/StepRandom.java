package org.batchmill.train.engine;

import static org.batchmill.queues.random.SplitMix64.GOLDEN_GAMMA;
import static org.batchmill.queues.random.SplitMix64.mix;

/**
 * The random numbers of one layer in one step: dropout masks and noise. Each number is a function of (seed, step, micro-step, layer,
 * index) alone, so that every engine draws the same, in any order and on any number of threads, and a resumed run goes on with
 * the same. The index counts the values of the layer's input over the whole batch, in the canonical order rows, channels, height,
 * width. Immutable.
 *
 * <p>The generator is SplitMix64 (Steele, Lea and Flood 2014) with its counter given from outside.
 */
public final class StepRandom {

    private final long key;

    public StepRandom(long seed, long step, int microStep, String layer) {
        long h = mix(seed + GOLDEN_GAMMA);
        h = mix(h ^ step);
        h = mix(h + GOLDEN_GAMMA ^ microStep);
        for (int i = 0; i < layer.length(); i++) {
            h = mix(h ^ layer.charAt(i));
        }
        key = h;
    }

    /** What all these numbers follow from: number i is a function of it and of i. For engines that draw on their device. */
    public long key() {
        return key;
    }

    /** Uniform in [0, 1), a multiple of 2^-24: exact as a float. */
    public float uniform(long index) {
        return (mix(key + index * GOLDEN_GAMMA) >>> 40) * 0x1.0p-24f;
    }

    /** Standard normal, by the transform of Box and Muller. */
    public float normal(long index) {
        long bits = mix(key + index * GOLDEN_GAMMA);
        double u = ((bits >>> 32) + 1) * 0x1.0p-32;
        double angle = (bits & 0xffffffffL) * (2 * Math.PI * 0x1.0p-32);
        return (float) (StrictMath.sqrt(-2 * StrictMath.log(u)) * StrictMath.cos(angle));
    }

    /**
     * A dropout mask: 0 with probability {@code rate}, else {@code 1 / (1 - rate)}.
     *
     * @param first index of the first value
     * @param mask  overwritten
     */
    public void dropoutMask(long first, float[] mask, float rate) {
        float keep = 1 / (1 - rate);
        for (int i = 0; i < mask.length; i++) {
            mask[i] = uniform(first + i) < rate ? 0 : keep;
        }
    }

    /**
     * Normal noise of mean 0.
     *
     * @param first  index of the first value
     * @param values overwritten
     */
    public void noise(long first, float[] values, float standardDeviation) {
        for (int i = 0; i < values.length; i++) {
            values[i] = standardDeviation * normal(first + i);
        }
    }
}
