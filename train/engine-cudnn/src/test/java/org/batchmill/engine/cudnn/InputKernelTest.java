package org.batchmill.engine.cudnn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.random.RandomGenerator;
import org.batchmill.testing.Seed;
import org.junit.jupiter.api.Test;

class InputKernelTest {

    private static final float MULTIPLY = 1 / 127.5f;
    private static final float ADD = -1;

    private final RandomGenerator random = Seed.random(Seed.of(this));
    private final byte[] pixels = new byte[1000];
    private final float[] expected = new float[pixels.length];

    InputKernelTest() {
        random.nextBytes(pixels);
        for (int i = 0; i < pixels.length; i++) {
            expected[i] = (pixels[i] & 0xff) * MULTIPLY + ADD;
        }
    }

    @Test
    void shouldScaleUnsignedBytesAsTheCpuDoes() {
        float[] scaled = new float[pixels.length];

        new HostKernel("scaleBytesFloat32")
                .array(pixels)
                .array(scaled)
                .scalars(pixels.length, MULTIPLY, ADD)
                .run();

        assertThat(scaled).containsExactly(expected);
    }

    @Test
    void shouldRoundThemToTheNearestBfloat16() {
        short[] scaled = new short[pixels.length];

        new HostKernel("scaleBytesBfloat16")
                .array(pixels)
                .array(scaled)
                .scalars(pixels.length, MULTIPLY, ADD)
                .run();

        assertThat(scaled).containsExactly(Numbers.bfloat16(expected));
    }
}
