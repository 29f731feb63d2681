package org.batchmill.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.batchmill.engine.torch.device.Lane;
import org.batchmill.engine.torch.device.Natives;
import org.batchmill.engine.torch.device.Tensors;
import org.batchmill.engine.torch.plan.DeviceLoss;
import org.batchmill.engine.torch.plan.LossWork;
import org.batchmill.testing.Seed;
import org.batchmill.train.loss.Huber;
import org.batchmill.train.loss.Loss;
import org.batchmill.train.loss.MeanAbsoluteError;
import org.batchmill.train.loss.MeanSquaredError;
import org.batchmill.train.loss.SigmoidCrossEntropy;
import org.batchmill.train.loss.SoftmaxCrossEntropy;
import org.batchmill.train.loss.WeightedSum;
import org.batchmill.train.loss.YoloV1Grid;
import org.batchmill.train.loss.YoloV1Loss;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Losses on the device equal those in Java, and so do their gradients. */
class DeviceLossTest {

    private static final int ROWS = 5;
    private static final int WHOLE = 7;
    private static final int SIZE = 6;

    private final RandomGenerator random = Seed.random(Seed.of(this));

    /** A loss and its gradient. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Result(double loss, float[] gradient) {}

    @SuppressWarnings("try") // the scope is there to be closed
    private static Result onDevice(Loss loss, float[] outputs, float[] targets, int rows) {
        Natives.failure();
        try (PointerScope scope = new PointerScope()) {
            Tensor leaf = Tensors.of(outputs, rows, outputs.length / rows).set_requires_grad(true);
            LossWork work = new LossWork(loss, new Device(DeviceType.CPU), Lane.OF_HOST);
            assertThat(work.where()).isEqualTo(" on the device");
            double value = work.backward(leaf, targets, work.bring(targets, (int) leaf.size(0)), WHOLE)
                    .value();
            return new Result(value, Tensors.values(leaf.grad()));
        }
    }

    private static void assertEqualToJava(Loss loss, float[] outputs, float[] targets, int rows) {
        float[] gradient = new float[outputs.length];
        double expected = loss.evaluate(outputs, targets, rows, WHOLE, gradient);
        Result result = onDevice(loss, outputs, targets, rows);
        assertThat(result.loss()).isCloseTo(expected, within(1e-9 * (1 + Math.abs(expected))));
        assertThat(result.gradient()).containsExactly(gradient, within(1e-6f));
    }

    private float[] normal(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (2 * random.nextGaussian());
        }
        return values;
    }

    /** Each row's targets are shares that sum to 1, some of them 0. */
    private float[] shares(int rows, int size) {
        float[] values = new float[rows * size];
        for (int row = 0; row < rows; row++) {
            float share = random.nextFloat();
            values[row * size + random.nextInt(size)] += share;
            values[row * size + random.nextInt(size)] += 1 - share;
        }
        return values;
    }

    static Stream<Loss> losses() {
        return Stream.of(
                new MeanSquaredError(),
                new MeanAbsoluteError(),
                new Huber(.7f),
                new SigmoidCrossEntropy(),
                new SoftmaxCrossEntropy(),
                new WeightedSum(List.of(
                        new WeightedSum.Term(new Huber(2), .3f), new WeightedSum.Term(new SoftmaxCrossEntropy(), 2))));
    }

    @ParameterizedTest
    @MethodSource("losses")
    void shouldEqualTheLossInJava(Loss loss) {
        float[] outputs = normal(ROWS * SIZE);
        float[] targets = shares(ROWS, SIZE);
        // No error at all, and very wrong ones.
        outputs[3] = targets[3];
        outputs[4] = 90;
        outputs[5] = -90;
        assertEqualToJava(loss, outputs, targets, ROWS);
    }

    @Test
    void shouldLeaveALossOfTheUsersToJava() {
        Natives.failure();
        Loss theirs = new Loss() {
            @Override
            public double evaluate(float[] outputs, float[] targets, int rows, int totalRows, float[] gradient) {
                return 0;
            }

            @Override
            public int targetSize(int outputSize) {
                return outputSize;
            }
        };
        assertThat(DeviceLoss.of(theirs)).isNull();
        assertThat(DeviceLoss.of(new WeightedSum(
                        List.of(new WeightedSum.Term(new Huber(1), 1), new WeightedSum.Term(theirs, 1)))))
                .isNull();
    }

    static Stream<YoloV1Loss> yolos() {
        YoloV1Grid cells = new YoloV1Grid(3, 2, 4, YoloV1Grid.Order.CELLS);
        YoloV1Grid planes = new YoloV1Grid(3, 3, 2, YoloV1Grid.Order.PLANES);
        return Stream.of(
                YoloV1Loss.standard(cells),
                YoloV1Loss.standard(planes),
                new YoloV1Loss(cells, 2, .3f, 1.5f, 4, false, false),
                new YoloV1Loss(planes, 1, .5f, 1, 5, true, false));
    }

    @ParameterizedTest
    @MethodSource("yolos")
    void shouldEqualYolosLossInJava(YoloV1Loss loss) {
        YoloV1Grid grid = loss.grid();
        float[] outputs = new float[ROWS * grid.outputSize()];
        for (int i = 0; i < outputs.length; i++) {
            outputs[i] = random.nextFloat();
        }
        float[] targets = yoloTargets(grid);
        assertEqualToJava(loss, outputs, targets, ROWS);
        // Nothing overlaps: the nearest box answers, and of equal ones the first.
        Arrays.fill(outputs, 0);
        assertEqualToJava(loss, outputs, targets, ROWS);
    }

    private float[] yoloTargets(YoloV1Grid grid) {
        float[] targets = new float[ROWS * grid.targetSize()];
        for (int cell = 0; cell < ROWS * grid.cells(); cell++) {
            int from = cell * grid.targetPerCell();
            if (random.nextInt(3) == 0) {
                targets[from] = 1;
                targets[from + 1 + random.nextInt(grid.classes())] = 1;
                for (int i = 0; i < 4; i++) {
                    targets[from + 1 + grid.classes() + i] = random.nextFloat();
                }
            }
        }
        return targets;
    }

    @Test
    void shouldPullNothingByABoxThatIsNoNumberAndNobodyAsksFor() {
        YoloV1Loss loss = YoloV1Loss.standard(new YoloV1Grid(3, 2, 4, YoloV1Grid.Order.CELLS));
        float[] outputs = new float[ROWS * loss.grid().outputSize()];
        Arrays.fill(outputs, .4f);
        float[] targets = new float[ROWS * loss.grid().targetSize()];
        outputs[loss.grid().coordinateAt(2, 1, 3)] = Float.NaN;
        outputs[loss.grid().classAt(5, 1)] = Float.NaN;
        assertEqualToJava(loss, outputs, targets, ROWS);
    }
}
