package org.batchmill.train.network;

import static org.batchmill.queues.random.SplitMix64.GOLDEN_GAMMA;
import static org.batchmill.queues.random.SplitMix64.mix;

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
        return parameter.initializer().accept(new Filling(parameter, new Numbers(seed, parameter.name()), values));
    }

    /** Fills the values of a parameter and returns them. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Filling(Parameter parameter, Numbers numbers, float[] values)
            implements Initializer.Visitor<float[]> {

        @Override
        public float[] constant(Initializer.Constant initializer) {
            Arrays.fill(values, initializer.value());
            return values;
        }

        @Override
        public float[] normal(Initializer.Normal initializer) {
            Initializers.normal(
                    numbers, initializer.mean(), initializer.standardDeviation(), Double.POSITIVE_INFINITY, values);
            return values;
        }

        @Override
        public float[] truncatedNormal(Initializer.TruncatedNormal initializer) {
            Initializers.normal(numbers, initializer.mean(), initializer.standardDeviation(), 2, values);
            return values;
        }

        @Override
        public float[] uniform(Initializer.Uniform initializer) {
            Initializers.uniform(numbers, initializer.low(), initializer.high(), values);
            return values;
        }

        @Override
        public float[] varianceScaling(Initializer.VarianceScaling initializer) {
            double variance = initializer.scale() / fan(initializer.fan(), parameter);
            if (initializer.normal()) {
                Initializers.normal(numbers, 0, StrictMath.sqrt(variance), Double.POSITIVE_INFINITY, values);
            } else {
                // A uniform distribution over [-a, a] has the variance a^2 / 3.
                double limit = StrictMath.sqrt(3 * variance);
                Initializers.uniform(numbers, -limit, limit, values);
            }
            return values;
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
