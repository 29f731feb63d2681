package org.batchmill.train.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.random.RandomGenerator;
import org.batchmill.testing.Seed;
import org.batchmill.train.golden.GoldenArrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The recorded arrays are the reference program's own (revisions of 2015 and 2022), on 4 images of 20 classes. */
class YoloV1LossTest {

    private static final YoloV1Grid GRID = new YoloV1Grid(7, 2, 20, YoloV1Grid.Order.CELLS);
    private static final float[] OUTPUTS = recorded("input");
    private static final float[] TARGETS = recorded("truth");

    @ParameterizedTest
    @CsvSource({
        "true,  true,  delta_rescore1_sqrt1",
        "false, true,  delta_rescore0_sqrt1",
        "true,  false, delta_rescore1_sqrt0",
        "false, false, delta_rescore0_sqrt0"
    })
    void shouldGiveTheReferencesDeltasAsMinusTheGradient(boolean rescore, boolean squareRoot, String file) {
        float[] gradient = new float[OUTPUTS.length];

        variant(GRID, rescore, squareRoot).evaluate(OUTPUTS, TARGETS, 4, 4, gradient);

        for (int i = 0; i < gradient.length; i++) {
            gradient[i] *= -4;
        }
        assertThat(GoldenArrays.difference(gradient, recorded(file))).isLessThan(1e-6);
    }

    @ParameterizedTest
    @CsvSource({
        "true,  true,  55.27935836736098, 19.755793568226217",
        "false, true,  57.6790946736671,  19.755793568226217"
    })
    void shouldPrintBothCostsOfTheReference(boolean rescore, boolean squareRoot, double cost, double cost2015) {
        YoloV1Loss.Diagnostics printed = variant(GRID, rescore, squareRoot).diagnose(OUTPUTS, TARGETS, 4);

        assertThat(printed.cost().squares()).isCloseTo(cost, within(1e-5));
        assertThat(printed.cost().of2015()).isCloseTo(cost2015, within(1e-5));
        assertThat(printed.cost().printed()).isCloseTo(cost / 4, within(1e-5));
    }

    @Test
    void shouldPrintTheReferencesStatistics() {
        YoloV1Loss.Diagnostics printed = YoloV1Loss.standard(GRID).diagnose(OUTPUTS, TARGETS, 4);

        assertThat(printed.objects()).isEqualTo(11);
        assertThat(printed.averageIou()).isCloseTo(0.4206443882609447, within(1e-6));
        assertThat(printed.positiveClass()).isCloseTo(0.5047365738586946, within(1e-6));
        assertThat(printed.allClass()).isCloseTo(0.05672538681696592, within(1e-6));
        assertThat(printed.positiveObject()).isCloseTo(0.4448883574117314, within(1e-6));
        assertThat(printed.anyObject()).isCloseTo(0.10385445825300033, within(1e-6));
    }

    @Test
    void shouldBeHalfTheWeightedSquaresOverTheWholeBatch() {
        YoloV1Grid grid = new YoloV1Grid(1, 1, 2, YoloV1Grid.Order.CELLS);
        float[] outputs = {.7f, .1f, .6f, .5f, .5f, .5f, .5f};
        float[] targets = {1, 1, 0, .5f, .5f, .25f, .25f};
        float[] gradient = new float[7];

        double loss = YoloV1Loss.standard(grid).evaluate(outputs, targets, 1, 8, gradient);

        // The box is the object itself, so that only the classes (.3 and .1 off) and the confidence (.4 below its IoU)
        // pull.
        assertThat(loss).isCloseTo((.09 + .01 + .16) / 2 / 8, within(1e-7));
        assertThat(gradient).containsExactly(new float[] {-.3f / 8, .1f / 8, -.4f / 8, 0, 0, 0, 0}, within(1e-7f));
    }

    @Test
    void shouldDependOnlyOnTheValuesNotOnTheirOrder() {
        YoloV1Grid planes = new YoloV1Grid(7, 2, 20, YoloV1Grid.Order.PLANES);
        float[] reordered = new float[OUTPUTS.length];
        for (int row = 0; row < 4; row++) {
            int from = row * GRID.outputSize();
            for (int cell = 0; cell < GRID.cells(); cell++) {
                for (int k = 0; k < 20; k++) {
                    reordered[from + planes.classAt(cell, k)] = OUTPUTS[from + GRID.classAt(cell, k)];
                }
                for (int box = 0; box < 2; box++) {
                    reordered[from + planes.confidenceAt(cell, box)] = OUTPUTS[from + GRID.confidenceAt(cell, box)];
                    for (int i = 0; i < 4; i++) {
                        reordered[from + planes.coordinateAt(cell, box, i)] =
                                OUTPUTS[from + GRID.coordinateAt(cell, box, i)];
                    }
                }
            }
        }

        assertThat(YoloV1Loss.standard(planes).diagnose(reordered, TARGETS, 4))
                .isEqualTo(YoloV1Loss.standard(GRID).diagnose(OUTPUTS, TARGETS, 4));
    }

    @Test
    void shouldHaveTheGradientOfItsValueWhereTheConfidenceTargetIsConstant() {
        RandomGenerator random = Seed.random(Seed.of(this));
        YoloV1Grid grid = new YoloV1Grid(3, 2, 4, YoloV1Grid.Order.PLANES);
        float[] outputs = Gradients.random(random, 2 * grid.outputSize());
        float[] targets = new float[2 * grid.targetSize()];
        for (int row = 0; row < 2; row++) {
            int cell = random.nextInt(grid.cells());
            int at = (row * grid.cells() + cell) * grid.targetPerCell();
            targets[at] = 1;
            targets[at + 1 + random.nextInt(4)] = 1;
            // The loss jumps where another box becomes responsible: one lies on the object, the other far off.
            int near = random.nextInt(2);
            for (int i = 0; i < 4; i++) {
                float value = random.nextFloat(.2f, .8f);
                targets[at + 5 + i] = value;
                int from = row * grid.outputSize();
                float output = i < 2 ? value : (float) Math.sqrt(value);
                outputs[from + grid.coordinateAt(cell, near, i)] = output + random.nextFloat(-.1f, .1f);
                outputs[from + grid.coordinateAt(cell, 1 - near, i)] = i < 2 ? value + 9 : output;
            }
        }

        assertThat(Gradients.worstError(variant(grid, false, true), outputs, targets, 2))
                .isLessThan(2e-3);
    }

    @Test
    void shouldCarryNanOnSoThatTheLoopSeesIt() {
        float[] outputs = OUTPUTS.clone();
        outputs[GRID.coordinateAt(24, 0, 2) + GRID.outputSize()] = Float.NaN;
        outputs[GRID.coordinateAt(24, 1, 2) + GRID.outputSize()] = Float.NaN;

        assertThat(YoloV1Loss.standard(GRID).evaluate(outputs, TARGETS, 4, 4, new float[outputs.length]))
                .isNaN();
    }

    @Test
    void shouldRefuseANetworkWithAnotherNumberOfOutputs() {
        assertThatThrownBy(() -> YoloV1Loss.standard(GRID).targetSize(1469))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1470");
    }

    private static YoloV1Loss variant(YoloV1Grid grid, boolean rescore, boolean squareRoot) {
        return new YoloV1Loss(grid, 1, .5f, 1, 5, rescore, squareRoot);
    }

    private static float[] recorded(String name) {
        return GoldenArrays.resource(YoloV1LossTest.class, name + ".f32");
    }
}
