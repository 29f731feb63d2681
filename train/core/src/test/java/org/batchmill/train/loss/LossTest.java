package org.batchmill.train.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.random.RandomGenerator;
import org.batchmill.testing.Seed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The expected values were worked out by hand. */
class LossTest {

    private final float[] gradient = new float[4];

    @Test
    void shouldAverageSquaresOverOutputsAndRows() {
        double loss =
                new MeanSquaredError().evaluate(new float[] {1, 2, 3, 4}, new float[] {0, 2, 3, 2}, 2, 2, gradient);

        assertThat(loss).isEqualTo((1 + 0 + 0 + 4) / 4.0);
        assertThat(gradient).containsExactly(.5f, 0, 0, 1);
    }

    @Test
    void shouldAverageAbsoluteErrors() {
        double loss =
                new MeanAbsoluteError().evaluate(new float[] {1, 2, 3, 4}, new float[] {0, 2, 5, 2}, 2, 4, gradient);

        assertThat(loss).isEqualTo((1 + 0 + 2 + 2) / 8.0);
        assertThat(gradient).containsExactly(.125f, 0, -.125f, .125f);
    }

    @Test
    void shouldTurnFromSquareToLineAtDelta() {
        double loss = new Huber(1).evaluate(new float[] {.5f, 3, 0, -2}, new float[4], 1, 1, gradient);

        assertThat(loss).isCloseTo((.125 + 2.5 + 0 + 1.5) / 4, within(1e-9));
        assertThat(gradient).containsExactly(.125f, .25f, 0, -.25f);
    }

    @Test
    void shouldTakeLogitsForSoftmaxCrossEntropy() {
        double loss =
                new SoftmaxCrossEntropy().evaluate(new float[] {0, 0, 0, 0}, new float[] {0, 0, 1, 0}, 1, 1, gradient);

        assertThat(loss).isCloseTo(Math.log(4), within(1e-9));
        assertThat(gradient).containsExactly(.25f, .25f, -.75f, .25f);
    }

    @Test
    void shouldNotOverflowOnLargeLogits() {
        float[] logits = {1000, -1000, 0, 0};

        assertThat(new SoftmaxCrossEntropy().evaluate(logits, new float[] {0, 1, 0, 0}, 1, 1, gradient))
                .isCloseTo(2000, within(1e-6));
        assertThat(new SigmoidCrossEntropy().evaluate(logits, new float[] {0, 1, 0, 1}, 1, 1, gradient))
                .isCloseTo((1000 + 1000 + 2 * Math.log(2)) / 4, within(1e-6));
        assertThat(gradient).containsExactly(.25f, -.25f, .125f, -.125f);
    }

    @Test
    void shouldAddLossesByWeight() {
        Loss sum = new WeightedSum(List.of(
                new WeightedSum.Term(new MeanSquaredError(), .5f), new WeightedSum.Term(new MeanAbsoluteError(), 2)));

        assertThat(sum.evaluate(new float[] {2, 0, 0, 0}, new float[4], 1, 1, gradient))
                .isEqualTo(.5 * 1 + 2 * .5);
        assertThat(gradient).containsExactly(.5f + .5f, 0, 0, 0);
    }

    @Test
    void shouldRefuseTermsThatTakeDifferentTargets() {
        YoloV1Grid grid = new YoloV1Grid(1, 2, 1, YoloV1Grid.Order.CELLS);
        Loss sum = new WeightedSum(List.of(
                new WeightedSum.Term(new MeanSquaredError(), 1), new WeightedSum.Term(YoloV1Loss.standard(grid), 1)));

        assertThatThrownBy(() -> sum.targetSize(11)).hasMessageContaining("same targets");
    }

    @Test
    void shouldRefuseArraysOfOtherSizes() {
        assertThatThrownBy(() -> new MeanSquaredError().evaluate(new float[4], new float[2], 2, 2, gradient))
                .hasMessageContaining("2 targets");
    }

    @ParameterizedTest
    @MethodSource
    void shouldHaveTheGradientOfItsValue(Loss loss) {
        RandomGenerator random = Seed.random(Seed.of(this));
        float[] outputs = Gradients.random(random, 12);
        float[] targets = new float[12];
        for (int i = 0; i < targets.length; i++) {
            targets[i] = random.nextFloat();
        }

        assertThat(Gradients.worstError(loss, outputs, targets, 3)).isLessThan(2e-3);
    }

    static List<Loss> shouldHaveTheGradientOfItsValue() {
        return List.of(new MeanSquaredError(), new Huber(.5f), new SigmoidCrossEntropy(), new SoftmaxCrossEntropy());
    }

    @ParameterizedTest
    @MethodSource("shouldHaveTheGradientOfItsValue")
    void shouldCarryNanOn(Loss loss) {
        assertThat(loss.evaluate(new float[] {0, Float.NaN}, new float[] {0, 1}, 1, 1, new float[2]))
                .isNaN();
    }
}
