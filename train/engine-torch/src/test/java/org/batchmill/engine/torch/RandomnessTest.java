package org.batchmill.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.random.RandomGenerator;
import org.batchmill.engine.torch.device.Natives;
import org.batchmill.engine.torch.device.Tensors;
import org.batchmill.engine.torch.layer.Randomness;
import org.batchmill.testing.Seed;
import org.batchmill.train.engine.StepRandom;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.junit.jupiter.api.Test;

/** The device draws what {@link StepRandom} draws. */
@SuppressWarnings("try") // scopes are there to be closed
class RandomnessTest {

    private static final int COUNT = 5000;

    private final RandomGenerator random = Seed.random(Seed.of(this));
    private final StepRandom numbers = new StepRandom(random.nextLong(), random.nextInt(1000), 2, "drop");
    private final long first = random.nextLong(1L << 40);

    @Test
    void shouldDropTheSameValues() {
        Natives.failure();
        for (float rate : new float[] {0, .1f, .5f, .999f, (float) (3 * 0x1.0p-24)}) {
            float[] expected = new float[COUNT];
            numbers.dropoutMask(first, expected, rate);
            try (PointerScope scope = new PointerScope()) {
                assertThat(Tensors.values(
                                Randomness.dropoutMask(new Device(DeviceType.CPU), numbers, first, COUNT, rate)))
                        .describedAs("rate %s", rate)
                        .containsExactly(expected);
            }
        }
    }

    @Test
    void shouldDrawTheSameNoise() {
        Natives.failure();
        float[] expected = new float[COUNT];
        numbers.noise(first, expected, 1);
        try (PointerScope scope = new PointerScope()) {
            // The last bit is the logarithm's and the cosine's.
            assertThat(Tensors.values(Randomness.normal(new Device(DeviceType.CPU), numbers, first, COUNT)))
                    .containsExactly(expected, within(1e-6f));
        }
    }
}
