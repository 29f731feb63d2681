package org.batchmill.engine.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import org.batchmill.engine.onednn.layer.WinogradChoice;
import org.batchmill.engine.onednn.layer.WinogradPasses;
import org.batchmill.engine.onednn.memory.Natives;
import org.batchmill.engine.onednn.memory.Parameters;
import org.batchmill.engine.onednn.plan.Compilation;
import org.batchmill.engine.onednn.plan.WinogradCosts;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.host.Handles;
import org.batchmill.train.host.Purpose;
import org.batchmill.train.network.Layer.Conv2d;
import org.batchmill.train.network.Padding;
import org.batchmill.train.network.Shape;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;

class WinogradChoiceTest {

    private static final WinogradChoice ALL = new WinogradChoice(true, true, true);

    private static WinogradChoice choice(
            ProgramSpec spec, Purpose purpose, int rows, int inputs, int side, int filters, int kernel, int stride) {
        return choice(WinogradCosts.OF_32_A_CYCLE, spec, purpose, rows, inputs, side, filters, kernel, stride);
    }

    private static WinogradChoice choice(
            WinogradCosts costs,
            ProgramSpec spec,
            Purpose purpose,
            int rows,
            int inputs,
            int side,
            int filters,
            int kernel,
            int stride) {
        Conv2d layer = Conv2d.square("conv", filters, kernel, stride, Padding.same(), true);
        Shape in = new Shape(inputs, side, side);
        int outSide = (side + stride - 1) / stride;
        try (Handles<Pointer> handles = Natives.handles();
                Parameters parameters = new Parameters(spec)) {
            Compilation compilation = new Compilation(spec, parameters, purpose, 1, costs, handles);
            Shape out = new Shape(filters, outSide, outSide);
            return new WinogradPasses(compilation, layer, in, out, rows).choice();
        }
    }

    private static WinogradChoice training(int rows, int inputs, int side, int filters, int kernel, int stride) {
        return choice(StepFixture.spec(), Purpose.TRAIN, rows, inputs, side, filters, kernel, stride);
    }

    @Test
    void shouldTakeWhatHasManyChannelsOnManyPixels() {
        assertThat(training(8, 32, 112, 64, 3, 1)).isEqualTo(ALL);
        assertThat(training(8, 128, 28, 256, 3, 1)).isEqualTo(ALL);
        assertThat(training(128, 24, 64, 36, 5, 2)).isEqualTo(ALL);
    }

    private static WinogradChoice withWideMultipliers(
            int rows, int inputs, int side, int filters, int kernel, int stride) {
        return choice(
                WinogradCosts.OF_64_A_CYCLE,
                StepFixture.spec(),
                Purpose.TRAIN,
                rows,
                inputs,
                side,
                filters,
                kernel,
                stride);
    }

    @Test
    void shouldTakeLessWherePrimitivesMultiplyTwiceAsFast() {
        WinogradChoice allButWeights = new WinogradChoice(true, true, false);
        assertThat(withWideMultipliers(16, 64, 56, 64, 3, 1)).isEqualTo(allButWeights);
        assertThat(withWideMultipliers(16, 128, 28, 128, 3, 1)).isEqualTo(ALL);
        assertThat(withWideMultipliers(16, 512, 7, 512, 3, 1)).isEqualTo(new WinogradChoice(false, false, true));
        assertThat(withWideMultipliers(8, 32, 112, 64, 3, 1)).isEqualTo(WinogradChoice.NONE);
        assertThat(withWideMultipliers(128, 24, 64, 36, 5, 2)).isEqualTo(WinogradChoice.NONE);
        assertThat(withWideMultipliers(4, 1024, 7, 1024, 3, 1)).isEqualTo(WinogradChoice.NONE);
    }

    @Test
    void shouldLeaveWhatTheMapsCostMoreThanTheySave() {
        assertThat(training(8, 16, 224, 32, 3, 1)).isEqualTo(WinogradChoice.NONE);
        // Kernels larger than the caches for a few tiles, but the direct gradient is slow there.
        assertThat(training(8, 1024, 7, 1024, 3, 1)).isEqualTo(new WinogradChoice(false, false, true));
    }

    @Test
    void shouldCountKernelsThatAreMappedAlreadyInPrediction() {
        assertThat(choice(StepFixture.spec(), Purpose.PREDICT, 32, 1024, 7, 1024, 3, 1)
                        .forward())
                .isTrue();
        assertThat(choice(StepFixture.spec(), Purpose.PREDICT, 1, 1024, 7, 1024, 3, 1)
                        .forward())
                .isFalse();
    }

    @Test
    void shouldLeaveOtherKernelsStridesAndTypes() {
        assertThat(training(8, 128, 28, 256, 1, 1)).isEqualTo(WinogradChoice.NONE);
        assertThat(training(8, 128, 28, 256, 5, 1)).isEqualTo(WinogradChoice.NONE);
        assertThat(training(8, 128, 28, 256, 3, 2)).isEqualTo(WinogradChoice.NONE);
        assertThat(training(8, 128, 56, 256, 9, 3)).isEqualTo(WinogradChoice.NONE);
        ProgramSpec rounded = StepFixture.spec().toBuilder()
                .precision(ProgramSpec.Precision.BFLOAT16)
                .build();
        assertThat(choice(rounded, Purpose.TRAIN, 8, 128, 28, 256, 3, 1)).isEqualTo(WinogradChoice.NONE);
    }

    @Test
    void shouldLeaveWhatJavaCannotLookAtInOnePiece() {
        assertThat(training(500, 128, 100, 128, 3, 1)).isEqualTo(WinogradChoice.NONE);
        assertThat(training(64, 4096, 28, 4096, 3, 1)).isEqualTo(WinogradChoice.NONE);
    }
}
