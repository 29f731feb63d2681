package org.batchmill.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;

import org.batchmill.engine.torch.device.Arithmetic;
import org.batchmill.engine.torch.device.Natives;
import org.batchmill.train.engine.ProgramSpec.Precision;
import org.bytedeco.pytorch.Context;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is set for a pass on a GPU: libtorch takes the settings without one. */
@SuppressWarnings("try") // a pass is there to be closed
class ArithmeticTest {

    @BeforeAll
    static void loadNatives() {
        Natives.failure();
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void shouldSetWhatAGpuComputesIn(Precision precision) {
        Context context = torch.globalContext();
        try (Arithmetic open = new Arithmetic.Kind(DeviceType.CUDA, precision).open()) {
            assertThat(context.allowTF32CuDNN()).isEqualTo(precision == Precision.TF32);
            assertThat(context.allowTF32CuBLAS()).isEqualTo(precision == Precision.TF32);
            assertThat(context.benchmarkCuDNN()).isTrue();
            assertThat(torch.is_autocast_enabled(DeviceType.CUDA)).isEqualTo(precision == Precision.BFLOAT16);
            if (precision == Precision.BFLOAT16) {
                assertThat(torch.get_autocast_dtype(DeviceType.CUDA).intern()).isEqualTo(ScalarType.BFloat16);
            }
        }
        assertThat(torch.is_autocast_enabled(DeviceType.CUDA)).isFalse();
    }
}
