package org.batchmill.engine.onednn.winograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.random.RandomGenerator;
import org.batchmill.testing.Seed;
import org.junit.jupiter.api.Test;

class WinogradTest {

    private static final int COUNT = 37;

    private interface Map1d {
        void apply(float[][] from, float[][] to, int count);
    }

    private final RandomGenerator random = Seed.random(Seed.of(this));

    private float[][] drawn(int places) {
        float[][] values = new float[places][COUNT];
        for (float[] run : values) {
            for (int i = 0; i < COUNT; i++) {
                run[i] = (float) random.nextGaussian();
            }
        }
        return values;
    }

    private static float[][] map(Map1d map, float[][] from, int places) {
        float[][] to = new float[places][COUNT];
        map.apply(from, to, COUNT);
        return to;
    }

    @Test
    void shouldGiveTheOutputsOfAFilterOfThreeTaps() {
        float[][] input = drawn(Winograd.SIDE);
        float[][] taps = drawn(Winograd.TAPS);
        float[][] factors = map(Winograd::input, input, Winograd.SIDE);
        float[][] kernel = map(Winograd::kernel, taps, Winograd.SIDE);
        float[][] products = new float[Winograd.SIDE][COUNT];
        for (int place = 0; place < Winograd.SIDE; place++) {
            for (int i = 0; i < COUNT; i++) {
                products[place][i] = factors[place][i] * kernel[place][i];
            }
        }
        float[][] outputs = map(Winograd::output, products, Winograd.TILE);
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
    private void assertTransposed(Map1d map, int from, Map1d transposed, int to) {
        float[][] x = drawn(from);
        float[][] y = drawn(to);
        float[][] there = map(map, x, to);
        float[][] back = map(transposed, y, from);
        for (int i = 0; i < COUNT; i++) {
            assertThat(product(there, y, i)).isCloseTo(product(x, back, i), within(1e-4));
        }
    }

    private static double product(float[][] x, float[][] y, int i) {
        double sum = 0;
        for (int place = 0; place < x.length; place++) {
            sum += (double) x[place][i] * y[place][i];
        }
        return sum;
    }
}
