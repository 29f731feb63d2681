package org.batchmill.engine.cudnn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.batchmill.testing.Seed;
import org.batchmill.train.loss.Huber;
import org.batchmill.train.loss.Loss;
import org.batchmill.train.loss.MeanAbsoluteError;
import org.batchmill.train.loss.MeanSquaredError;
import org.batchmill.train.loss.SigmoidCrossEntropy;
import org.batchmill.train.loss.SoftmaxCrossEntropy;
import org.batchmill.train.loss.YoloV1Grid;
import org.batchmill.train.loss.YoloV1Loss;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The kernels beside the losses of train/core, which are checked against other programs' numbers there. */
class LossKernelTest {

    private static final int ROWS = 6;
    private static final int TOTAL_ROWS = 10;
    private static final int BLOCKS = 3;
    private static final StepValues STEP = new StepValues(1, 1, 1, TOTAL_ROWS);

    private final RandomGenerator random = Seed.random(Seed.of(this));

    private static final class Result {
        private final double loss;
        private final float[] gradient;

        Result(double loss, float[] gradient) {
            this.loss = loss;
            this.gradient = gradient;
        }
    }

    private static Result reference(Loss loss, float[] outputs, float[] truth) {
        float[] gradient = new float[outputs.length];
        return new Result(loss.evaluate(outputs, truth, ROWS, TOTAL_ROWS, gradient), gradient);
    }

    /** Runs the kernel of a loss and then the one that adds up its blocks' sums. */
    private static Result run(
            String kernel, int blocks, double factor, float[] outputs, float[] truth, double... scalars) {
        float[] gradient = new float[outputs.length];
        double[] parts = new double[blocks];
        double[] loss = new double[1];
        new HostKernel(kernel)
                .grid(blocks, 1)
                .array(outputs)
                .array(truth)
                .array(gradient)
                .array(parts)
                .scalars(scalars)
                .step(STEP)
                .run();
        new HostKernel("sumLoss")
                .grid(1, 1)
                .array(parts)
                .array(loss)
                .scalars(blocks, factor)
                .step(STEP)
                .run();
        return new Result(loss[0], gradient);
    }

    private static void assertSame(Result ours, Result expected) {
        assertThat(ours.loss).isCloseTo(expected.loss, Offset.offset(1e-12 * Math.abs(expected.loss)));
        Numbers.assertClose(ours.gradient, expected.gradient, 1e-7);
    }

    static Stream<Arguments> elementwise() {
        return Stream.of(
                Arguments.of(new MeanSquaredError(), 0, 0f),
                Arguments.of(new MeanAbsoluteError(), 1, 0f),
                Arguments.of(new Huber(.7f), 2, .7f),
                Arguments.of(new SigmoidCrossEntropy(), 3, 0f));
    }

    @ParameterizedTest
    @MethodSource("elementwise")
    void shouldComputeElementwiseLosses(Loss loss, int kind, float delta) {
        int size = 70;
        float[] outputs = Numbers.normal(random, ROWS * size);
        float[] truth = Numbers.normal(random, ROWS * size);
        truth[3] = outputs[3];

        Result ours = run("elementwiseLoss", BLOCKS, 1.0 / size, outputs, truth, outputs.length, size, kind, delta);

        assertSame(ours, reference(loss, outputs, truth));
    }

    @ParameterizedTest
    @MethodSource("elementwise")
    void shouldGiveNanForNan(Loss loss, int kind, float delta) {
        float[] outputs = new float[ROWS];
        outputs[2] = Float.NaN;

        Result ours = run("elementwiseLoss", BLOCKS, 1, outputs, new float[ROWS], ROWS, 1, kind, delta);

        assertThat(reference(loss, outputs, new float[ROWS]).loss).isNaN();
        assertThat(ours.loss).isNaN();
    }

    @Test
    void shouldComputeSoftmaxCrossEntropyOfSmallAndOfHugeLogits() {
        int size = 100;
        float[] outputs = Numbers.normal(random, ROWS * size);
        for (int i = 0; i < size; i++) {
            outputs[i] *= 1000;
        }
        float[] truth = new float[ROWS * size];
        for (int row = 0; row < ROWS - 1; row++) {
            truth[row * size + random.nextInt(size)] = 1;
        }
        // Probabilities, and less than 1 in all.
        truth[truth.length - 1] = .25f;
        truth[truth.length - 2] = .5f;

        Result ours = run("softmaxCrossEntropy", ROWS, 1, outputs, truth, size);

        assertSame(ours, reference(new SoftmaxCrossEntropy(), outputs, truth));
    }

    @Test
    void shouldGiveNanForALogitThatIsNan() {
        float[] outputs = Numbers.normal(random, ROWS * 2);
        outputs[1] = Float.NaN;
        float[] truth = new float[outputs.length];
        truth[0] = 1;

        assertThat(run("softmaxCrossEntropy", ROWS, 1, outputs, truth, 2).loss).isNaN();
    }

    static Stream<YoloV1Loss> detectors() {
        return Stream.of(YoloV1Grid.Order.values())
                .flatMap(order -> Stream.of(true, false).flatMap(rescore -> Stream.of(true, false)
                        .map(root -> new YoloV1Loss(new YoloV1Grid(7, 2, 3, order), 1.5f, .5f, 2, 5, rescore, root))));
    }

    @ParameterizedTest
    @MethodSource("detectors")
    void shouldComputeTheLossOfYoloV1(YoloV1Loss loss) {
        YoloV1Grid grid = loss.grid();
        float[] outputs = new float[ROWS * grid.outputSize()];
        for (int i = 0; i < outputs.length; i++) {
            outputs[i] = random.nextFloat(1);
        }
        float[] truth = truth(grid);
        farFromItsObject(grid, outputs, truth);

        Result ours = yolo(loss, outputs, truth);

        assertSame(ours, reference(loss, outputs, truth));
    }

    /** Objects in about half of the cells. */
    private float[] truth(YoloV1Grid grid) {
        float[] truth = new float[ROWS * grid.targetSize()];
        for (int cell = 0; cell < ROWS * grid.cells(); cell++) {
            int at = cell * grid.targetPerCell();
            if (cell == 0 || random.nextBoolean()) {
                truth[at] = 1;
                truth[at + 1 + random.nextInt(grid.classes())] = 1;
                for (int i = 0; i < 4; i++) {
                    truth[at + 1 + grid.classes() + i] = .1f + random.nextFloat(.8f);
                }
            }
        }
        return truth;
    }

    /** In the first cell no box overlaps the object, so that the nearest one is responsible: the second. */
    private static void farFromItsObject(YoloV1Grid grid, float[] outputs, float[] truth) {
        for (int i : List.of(0, 1, 2, 3)) {
            truth[1 + grid.classes() + i] = .01f;
            outputs[grid.coordinateAt(0, 0, i)] = i < 2 ? 30 : .1f;
            outputs[grid.coordinateAt(0, 1, i)] = i < 2 ? 20 : .1f;
        }
    }

    @Test
    void shouldGiveTheSameNanAsTheReferenceForYoloV1() {
        YoloV1Loss loss = YoloV1Loss.standard(new YoloV1Grid(3, 2, 2, YoloV1Grid.Order.CELLS));
        float[] outputs = Numbers.normal(random, ROWS * loss.grid().outputSize());
        outputs[loss.grid().coordinateAt(0, 0, 0)] = Float.NaN;
        float[] truth = truth(loss.grid());

        assertThat(withoutNegativeZeros(yolo(loss, outputs, truth).gradient))
                .containsExactly(withoutNegativeZeros(reference(loss, outputs, truth).gradient));
    }

    /** Where nothing pulls, the reference divides minus 0. */
    private static float[] withoutNegativeZeros(float[] values) {
        for (int i = 0; i < values.length; i++) {
            values[i] += 0f;
        }
        return values;
    }

    private static Result yolo(YoloV1Loss loss, float[] outputs, float[] truth) {
        YoloV1Grid grid = loss.grid();
        return run(
                "yoloV1Loss",
                BLOCKS,
                .5,
                outputs,
                truth,
                ROWS,
                grid.side(),
                grid.boxes(),
                grid.classes(),
                grid.order() == YoloV1Grid.Order.PLANES ? 1 : 0,
                loss.objectScale(),
                loss.noObjectScale(),
                loss.classScale(),
                loss.coordScale(),
                loss.rescore() ? 1 : 0,
                loss.squareRoot() ? 1 : 0);
    }
}
