package org.batchmill.engine.cudnn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.batchmill.train.engine.StepRandom;
import org.junit.jupiter.api.Test;

/** Every engine draws {@link StepRandom}'s numbers, in whatever layout it keeps values. */
class RandomKernelTest {

    private static final int ROWS = 3;
    private static final int CHANNELS = 5;
    private static final int PIXELS = 28;
    private static final int COUNT = ROWS * CHANNELS * PIXELS;
    private static final float RATE = .3f;
    private static final StepRandom RANDOM = new StepRandom(17, 4, 1, "dropout1");
    private static final long[] KEY = {RANDOM.key()};

    /** From the canonical order to NHWC. */
    private static float[] nhwc(float[] canonical) {
        float[] values = new float[COUNT];
        for (int i = 0; i < COUNT; i++) {
            int row = i / (CHANNELS * PIXELS);
            int channel = i / PIXELS % CHANNELS;
            values[(row * PIXELS + i % PIXELS) * CHANNELS + channel] = canonical[i];
        }
        return values;
    }

    @Test
    void shouldDropTheSameValues() {
        float[] mask = new float[COUNT];
        RANDOM.dropoutMask(0, mask, RATE);
        float[] ones = new float[COUNT];
        Arrays.fill(ones, 1);
        float[] y = new float[COUNT];
        short[] rounded = new short[COUNT];

        new HostKernel("dropoutFloat32")
                .array(ones)
                .array(y)
                .array(KEY)
                .scalars(COUNT, CHANNELS, PIXELS, RATE)
                .run();
        new HostKernel("dropoutBfloat16")
                .array(Numbers.bfloat16(ones))
                .array(rounded)
                .array(KEY)
                .scalars(COUNT, CHANNELS, PIXELS, RATE)
                .run();

        assertThat(y).containsExactly(nhwc(mask));
        assertThat(rounded).containsExactly(Numbers.bfloat16(nhwc(mask)));
    }

    @Test
    void shouldAddTheSameNoise() {
        float[] noise = new float[COUNT];
        RANDOM.noise(0, noise, .1f);
        float[] y = new float[COUNT];
        short[] rounded = new short[COUNT];

        new HostKernel("gaussianNoiseFloat32")
                .array(new float[COUNT])
                .array(y)
                .array(KEY)
                .scalars(COUNT, CHANNELS, PIXELS, .1f)
                .run();
        new HostKernel("gaussianNoiseBfloat16")
                .array(new short[COUNT])
                .array(rounded)
                .array(KEY)
                .scalars(COUNT, CHANNELS, PIXELS, .1f)
                .run();

        Numbers.assertClose(y, nhwc(noise), 1e-7);
        assertThat(rounded).containsExactly(Numbers.bfloat16(y));
    }
}
