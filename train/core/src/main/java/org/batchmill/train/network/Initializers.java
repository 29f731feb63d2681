package org.batchmill.train.network;

import static org.batchmill.queues.pipeline.SplitMix64.GOLDEN_GAMMA;
import static org.batchmill.queues.pipeline.SplitMix64.mix;

import java.util.Arrays;

/**
 * The values that parameters start with: a function of (seed, parameter name, index) alone, the same in every engine and on every
 * machine. Only {@link StrictMath} is used for that reason. Thread-safe.
 */
public final class Initializers {

    private Initializers() {}

    /** The starting values of a parameter in its canonical layout; the caller owns the array. */
    public static float[] values(Parameter parameter, long seed) {
        float[] values = new float[parameter.size()];
        fill(parameter.initializer(), parameter, new Numbers(seed, parameter.name()), values);
        return values;
    }

    private static void fill(Initializer initializer, Parameter parameter, Numbers numbers, float[] values) {
        if (initializer instanceof Initializer.Constant constant) {
            Arrays.fill(values, constant.value());
        } else if (initializer instanceof Initializer.Normal normal) {
            normal(numbers, normal.mean(), normal.standardDeviation(), Double.POSITIVE_INFINITY, values);
        } else if (initializer instanceof Initializer.TruncatedNormal normal) {
            normal(numbers, normal.mean(), normal.standardDeviation(), 2, values);
        } else if (initializer instanceof Initializer.Uniform uniform) {
            uniform(numbers, uniform.low(), uniform.high(), values);
        } else if (initializer instanceof Initializer.VarianceScaling scaling) {
            double variance = scaling.scale() / fan(scaling.fan(), parameter);
            if (scaling.normal()) {
                normal(numbers, 0, StrictMath.sqrt(variance), Double.POSITIVE_INFINITY, values);
            } else {
                // A uniform distribution over [-a, a] has the variance a^2 / 3.
                double limit = StrictMath.sqrt(3 * variance);
                uniform(numbers, -limit, limit, values);
            }
        }
    }

    private static double fan(Initializer.VarianceScaling.Fan fan, Parameter parameter) {
        return switch (fan) {
            case IN -> parameter.fanIn();
            case OUT -> parameter.fanOut();
            case AVERAGE -> (parameter.fanIn() + parameter.fanOut()) / 2.0;
        };
    }

    private static void uniform(Numbers numbers, double low, double high, float[] values) {
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (low + (high - low) * numbers.nextUnit());
        }
    }

    private static void normal(Numbers numbers, double mean, double deviation, double limit, float[] values) {
        for (int i = 0; i < values.length; i++) {
            double z = numbers.nextNormal();
            while (Math.abs(z) > limit) {
                z = numbers.nextNormal();
            }
            values[i] = (float) (mean + deviation * z);
        }
    }

    /** SplitMix64 (Steele, Lea and Flood 2014) from a state that is a hash of seed and name. */
    private static final class Numbers {
        private long state;
        private double spare = Double.NaN;

        Numbers(long seed, String name) {
            long h = mix(seed + GOLDEN_GAMMA);
            for (int i = 0; i < name.length(); i++) {
                h = mix(h ^ name.charAt(i));
            }
            state = h;
        }

        /** In [0, 1). */
        double nextUnit() {
            state += GOLDEN_GAMMA;
            return (mix(state) >>> 11) * 0x1.0p-53;
        }

        /** Marsaglia's polar method: two normals from each accepted pair. */
        double nextNormal() {
            if (!Double.isNaN(spare)) {
                double z = spare;
                spare = Double.NaN;
                return z;
            }
            while (true) {
                double u = 2 * nextUnit() - 1;
                double v = 2 * nextUnit() - 1;
                double square = u * u + v * v;
                if (square > 0 && square < 1) {
                    double factor = StrictMath.sqrt(-2 * StrictMath.log(square) / square);
                    spare = v * factor;
                    return u * factor;
                }
            }
        }
    }
}
