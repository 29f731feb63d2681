package org.batchmill.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.batchmill.engine.torch.device.Arithmetic;
import org.batchmill.engine.torch.device.Natives;
import org.batchmill.records.UsageException;
import org.batchmill.train.engine.ProgramSpec.Precision;
import org.bytedeco.pytorch.Context;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

    @ParameterizedTest
    @CsvSource({"7.5, TF32, tf32", "7.5\\n7.5, BFLOAT16, bfloat16"})
    void shouldRefuseInOneLineWhatTuringHasNot(String driver, Precision precision, String name, @TempDir Path root)
            throws IOException {
        answer(root, driver);
        assertThatThrownBy(() -> Arithmetic.of(new Device("cuda:0"), precision, root))
                .isInstanceOf(UsageException.class)
                .hasMessage(name + " is the arithmetic of GPUs from Ampere on; here is sm_75 (Turing)");
    }

    @ParameterizedTest
    @CsvSource({
        "7.5, FLOAT32",
        "8.0, TF32",
        "9.0, BFLOAT16",
        "7.5\\n8.6, TF32",
        "N/A, BFLOAT16",
    })
    void shouldComputeInWhatAGpuHasOrTheDriverDoesNotTell(String driver, Precision precision, @TempDir Path root)
            throws IOException {
        answer(root, driver);
        assertThat(Arithmetic.of(new Device("cuda:0"), precision, root))
                .isEqualTo(new Arithmetic.Kind(DeviceType.CUDA, precision));
    }

    /** What the driver's program says of the GPUs, a line each. */
    private static void answer(Path root, String lines) throws IOException {
        Path program = Files.createDirectories(root.resolve("usr/bin")).resolve("nvidia-smi");
        Files.writeString(program, "#!/bin/sh\nprintf '" + lines + "\\n'\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
    }
}
