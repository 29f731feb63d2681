package org.batchmill.engine.cudnn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.random.RandomGenerator;

/** Random values, bfloat16, and comparing. */
final class Numbers {

    private Numbers() {}

    static float[] normal(RandomGenerator random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    /** To the nearest bfloat16, ties to even: by the distance to both neighbours, not by the kernels' trick with bits. */
    static short bfloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (short) (bits >>> 16 | 0x40);
        }
        int below = bits >>> 16;
        // The float behind the largest one is infinity, which stands for 2^128 here.
        double next = Float.isInfinite(floatOf(below + 1)) ? Math.copySign(0x1.0p128, value) : floatOf(below + 1);
        double low = Math.abs((double) value - floatOf(below));
        double high = Math.abs(next - value);
        boolean up = !Float.isInfinite(value) && (high < low || (high == low && (below & 1) == 1));
        return (short) (up ? below + 1 : below);
    }

    static float floatOf(int bfloat16) {
        return Float.intBitsToFloat(bfloat16 << 16);
    }

    static short[] bfloat16(float[] values) {
        short[] rounded = new short[values.length];
        for (int i = 0; i < values.length; i++) {
            rounded[i] = bfloat16(values[i]);
        }
        return rounded;
    }

    static float[] floats(short[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = floatOf(values[i] & 0xffff);
        }
        return floats;
    }

    /** Each value within a share of it, or of 1 where it is smaller. */
    static void assertClose(float[] ours, float[] expected, double tolerance) {
        assertThat(ours).hasSameSizeAs(expected);
        for (int i = 0; i < ours.length; i++) {
            double allowed = tolerance * Math.max(1, Math.abs(expected[i]));
            assertThat(Math.abs((double) ours[i] - expected[i]))
                    .as("value %d: %s for %s", i, ours[i], expected[i])
                    .isLessThanOrEqualTo(allowed);
        }
    }
}
