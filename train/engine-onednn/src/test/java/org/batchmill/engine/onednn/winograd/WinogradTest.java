package org.batchmill.engine.onednn.winograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.random.RandomGenerator;
import org.batchmill.testing.Seed;
import org.junit.jupiter.api.Test;

class WinogradTest {

    private static final int COUNT = 37;

    private interface Transform1d {
        void apply(float[][] from, float[][] to, int count);
    }

    private final RandomGenerator random = Seed.random(Seed.of(this));

    private float[][] drawn(int positions) {
        float[][] values = new float[positions][COUNT];
        for (float[] run : values) {
            for (int i = 0; i < COUNT; i++) {
                run[i] = (float) random.nextGaussian();
            }
        }
        return values;
    }

    private static float[][] transform(Transform1d transform, float[][] from, int positions) {
        float[][] to = new float[positions][COUNT];
        transform.apply(from, to, COUNT);
        return to;
    }

    @Test
    void shouldGiveTheOutputsOfAFilterOfThreeTaps() {
        float[][] input = drawn(Winograd.SIDE);
        float[][] taps = drawn(Winograd.TAPS);
        float[][] factors = transform(Winograd::input, input, Winograd.SIDE);
        float[][] kernel = transform(Winograd::kernel, taps, Winograd.SIDE);
        float[][] products = new float[Winograd.SIDE][COUNT];
        for (int position = 0; position < Winograd.SIDE; position++) {
            for (int i = 0; i < COUNT; i++) {
                products[position][i] = factors[position][i] * kernel[position][i];
            }
        }
        float[][] outputs = transform(Winograd::output, products, Winograd.TILE);
        for (int x = 0; x < Winograd.TILE; x++) {
            for (int i = 0; i < COUNT; i++) {
                double expected = 0;
                for (int tap = 0; tap < Winograd.TAPS; tap++) {
                    expected += (double) input[x + tap][i] * taps[tap][i];
                }
                assertThat((double) outputs[x][i]).isCloseTo(expected, within(5e-5));
            }
        }
    }

    @Test
    void shouldHaveTheTransposesAsGradients() {
        assertTransposed(Winograd::output, Winograd.SIDE, Winograd::outputGradient, Winograd.TILE);
        assertTransposed(Winograd::kernel, Winograd.TAPS, Winograd::kernelGradient, Winograd.SIDE);
    }

    /** {@code <M x, y> = <x, M' y>} for all x and y. */
    private void assertTransposed(Transform1d transform, int from, Transform1d transposed, int to) {
        float[][] x = drawn(from);
        float[][] y = drawn(to);
        float[][] there = transform(transform, x, to);
        float[][] back = transform(transposed, y, from);
        for (int i = 0; i < COUNT; i++) {
            assertThat(product(there, y, i)).isCloseTo(product(x, back, i), within(1e-4));
        }
    }

    private static double product(float[][] x, float[][] y, int i) {
        double sum = 0;
        for (int position = 0; position < x.length; position++) {
            sum += (double) x[position][i] * y[position][i];
        }
        return sum;
    }
}
