package org.batchmill.engine.nd4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.batchmill.records.MissingPartException;
import org.batchmill.train.engine.MemoryLimit;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.host.gpu.LibraryFolders;
import org.batchmill.train.models.ModelOptions;
import org.batchmill.train.models.Models;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Machines on which ND4J's build for CUDA runs or not, as folders made for it; and what the engine says of GPUs without that build. */
class CudaMachineTest {

    @TempDir
    Path root;

    @BeforeEach
    void makeAMachine() throws IOException {
        file("dev/nvidia0", "");
        file("usr/lib64/libcuda.so.1", "");
        file("proc/driver/nvidia/version", "NVRM version: NVIDIA UNIX x86_64 Kernel Module  470.82.01  Mon Nov 1\n");
        for (String name : CudaBuild.LIBRARIES.needed()) {
            file("usr/lib64/" + name, "");
        }
    }

    private void file(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private void smi(String answer) throws IOException {
        file("usr/bin/nvidia-smi", "#!/bin/sh\n" + answer + "\n");
        assertThat(root.resolve("usr/bin/nvidia-smi").toFile().setExecutable(true))
                .isTrue();
    }

    private List<Path> libraries() {
        return CudaBuild.requireMachine(root, new LibraryFolders(root, List.of(), Map.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"echo 3.7", "echo 7.5", "echo 8.6", "echo 8.9", "echo N/A", "exit 9", "sleep 0"})
    void shouldRunOnGpusUpToAdaAndWhereTheDriverDoesNotTell(String smi) throws IOException {
        smi(smi);

        assertThat(libraries())
                .extracting(path -> path.getFileName().toString())
                .containsExactly(
                        "libcuda.so.1",
                        "libcudart.so.11.0",
                        "libcublasLt.so.11",
                        "libcublas.so.11",
                        "libcusparse.so.11",
                        "libcusolver.so.11");
    }

    @ParameterizedTest
    @CsvSource({"9.0, sm_90 (Hopper)", "10.0, sm_100 (Blackwell)", "12.0, sm_120 (Blackwell)"})
    void shouldRefuseLaterGpusInOneLine(String capability, String name) throws IOException {
        smi("echo " + capability);

        assertThatThrownBy(this::libraries)
                .isInstanceOf(MissingPartException.class)
                .hasMessage("ND4J's build for CUDA is made for GPUs up to Ada, and the first GPU is " + name
                        + ": --engine torch runs on it");
    }

    @Test
    void shouldRefuseAnOldDriverAndNameAMissingLibrary() throws IOException {
        Files.delete(root.resolve("usr/lib64/libcublas.so.11"));
        assertThatThrownBy(this::libraries)
                .isInstanceOf(MissingPartException.class)
                .hasMessageContaining("NVIDIA's library libcublas.so.11 is in none of");
        file("proc/driver/nvidia/version", "NVRM version: NVIDIA UNIX x86_64 Kernel Module  440.33.01  Mon Nov 1\n");
        assertThatThrownBy(this::libraries)
                .hasMessage("NVIDIA's driver 440.33.01 is too old: CUDA 11 needs 450 or newer");
    }

    @Test
    void shouldSayThatTheBuildIsNotHere() {
        Nd4jEngine engine = new Nd4jEngine();
        ProgramSpec spec = ProgramSpec.inference(
                Models.byName("digits-cnn", ModelOptions.classes(10)), ProgramSpec.InputFormat.UINT8_NHWC, 2);

        assertThat(engine.withoutGpu()).startsWith("ND4J's build for CUDA is not here: lib/engine-nd4j-cuda");
        assertThatThrownBy(() -> engine.compile(spec.toBuilder().device("gpu:0").build()))
                .isInstanceOf(MissingPartException.class)
                .hasMessageStartingWith("engine nd4j has no gpu:0: ND4J's build for CUDA is not here");
        assertThatThrownBy(() -> engine.compile(
                        spec.toBuilder().gpuMemory(MemoryLimit.ofShare(.5)).build()))
                .hasMessageContaining("gpuMemory needs engine torch");
    }
}
