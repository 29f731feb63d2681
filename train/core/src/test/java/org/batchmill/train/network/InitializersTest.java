package org.batchmill.train.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class InitializersTest {

    private static final int COUNT = 200_000;

    private static Parameter parameter(String name, Initializer initializer) {
        return new Parameter(name, Parameter.Role.WEIGHTS, List.of(200, 1000), initializer, 1000, 200);
    }

    private static double mean(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    private static double deviation(float[] values) {
        double mean = mean(values);
        double sum = 0;
        for (float value : values) {
            sum += (value - mean) * (value - mean);
        }
        return Math.sqrt(sum / values.length);
    }

    private static double largest(float[] values) {
        double largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }

    @Test
    void shouldGiveTheSameValuesOnEveryMachineAndInEveryVersion() {
        // These are a promise: checkpoints do not need them, but comparisons of runs do.
        float[] values = Initializers.values(
                new Parameter("conv1/weights", Parameter.Role.WEIGHTS, List.of(4), Initializer.HE_NORMAL, 2, 1), 7);
        assertThat(values).containsExactly(GOLDEN);
    }

    private static final float[] GOLDEN = {0.72850996f, -1.0707661f, 0.8779079f, 0.47299102f};

    @Test
    void shouldDependOnSeedAndNameAlone() {
        Parameter first = parameter("conv1/weights", Initializer.HE_NORMAL);
        assertThat(Initializers.values(first, 1)).isEqualTo(Initializers.values(first, 1));
        assertThat(Initializers.values(first, 1)).isNotEqualTo(Initializers.values(first, 2));
        assertThat(Initializers.values(first, 1))
                .isNotEqualTo(Initializers.values(parameter("conv2/weights", Initializer.HE_NORMAL), 1));
    }

    @Test
    void shouldHaveTheMomentsOfTheirDistribution() {
        double tolerance = 5 / Math.sqrt(COUNT);
        float[] normal = Initializers.values(parameter("w", new Initializer.Normal(3, 2)), 1);
        assertThat(mean(normal)).isCloseTo(3, within(2 * tolerance));
        assertThat(deviation(normal)).isCloseTo(2, within(2 * tolerance));

        // A normal distribution cut at two deviations has the deviation .8796.
        float[] truncated = Initializers.values(parameter("w", new Initializer.TruncatedNormal(0, 1)), 1);
        assertThat(largest(truncated)).isBetween(1.99, 2.0);
        assertThat(deviation(truncated)).isCloseTo(.8796, within(tolerance));

        float[] uniform = Initializers.values(parameter("w", new Initializer.Uniform(-1, 3)), 1);
        assertThat(mean(uniform)).isCloseTo(1, within(2 * tolerance));
        assertThat(deviation(uniform)).isCloseTo(4 / Math.sqrt(12), within(2 * tolerance));

        assertThat(Initializers.values(parameter("w", new Initializer.Constant(.5f)), 1))
                .containsOnly(.5f);
    }

    @Test
    void shouldScaleTheVarianceByTheNumberOfConnections() {
        double tolerance = .01;
        // He: 2 / 1000; Glorot: 1 / ((1000 + 200) / 2), uniform up to its root times 3.
        assertThat(deviation(Initializers.values(parameter("w", Initializer.HE_NORMAL), 1)) / Math.sqrt(2 / 1000.0))
                .isCloseTo(1, within(tolerance));
        float[] glorot = Initializers.values(parameter("w", Initializer.GLOROT_UNIFORM), 1);
        assertThat(deviation(glorot) / Math.sqrt(1 / 600.0)).isCloseTo(1, within(tolerance));
        assertThat(largest(glorot)).isBetween(.999 * Math.sqrt(3 / 600.0), Math.sqrt(3 / 600.0));
        Initializer out = new Initializer.VarianceScaling(Initializer.VarianceScaling.Fan.OUT, 1, true);
        assertThat(deviation(Initializers.values(parameter("w", out), 1)) / Math.sqrt(1 / 200.0))
                .isCloseTo(1, within(tolerance));
    }
}
