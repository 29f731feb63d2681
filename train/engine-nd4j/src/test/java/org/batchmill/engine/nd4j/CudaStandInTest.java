package org.batchmill.engine.nd4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.batchmill.train.host.gpu.StandInMachine;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * ND4J's build for CUDA on a machine without a GPU: with stand-ins for NVIDIA's libraries it loads, and CUDA says that there is none. Wants the
 * jars that {@code mvn -Pcuda} fetches, and {@code gcc}.
 */
@Tag("long")
@Tag("concurrent")
class CudaStandInTest {

    @TempDir
    Path root;

    private StandInMachine machine;

    @BeforeEach
    void makeAMachineWithAGpu() throws IOException, InterruptedException {
        assumeTrue(!cudaJars().isEmpty(), "target/engine-cuda has no ND4J for CUDA: mvn -Pcuda fetches it");
        machine = new StandInMachine(root);
        try (InputStream functions = CudaStandInTest.class.getResourceAsStream("nvidia-symbols.txt")) {
            machine.add(CudaBuild.LIBRARIES.needed(), functions);
        }
    }

    private static List<Path> cudaJars() throws IOException {
        Path folder = Path.of("target/engine-cuda");
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> jars = Files.list(folder)) {
            return jars.sorted().toList();
        }
    }

    private List<String> run() throws IOException, InterruptedException {
        String extension = "-Dorg.bytedeco.javacpp.platform.extension="
                + System.getProperty("org.bytedeco.javacpp.platform.extension", "");
        List<String> lines = machine.run(cudaJars(), CudaStandIn.class, extension);
        return lines.stream()
                .filter(line -> !line.startsWith("SLF4J(W)") && !line.startsWith("Warning: Versions"))
                .toList();
    }

    @Test
    void shouldLoadAndHearFromCudaThatThereIsNoGpu() throws Exception {
        machine.smi("8.9");

        assertThat(run())
                .containsExactly(
                        "engine nd4j cannot run here: ND4J's build for CUDA: No CUDA devices were found in system",
                        "its natives load");
    }

    @Test
    void shouldLoadNothingForAGpuThatItHasNoCodeFor() throws Exception {
        machine.smi("10.0");

        assertThat(run())
                .containsExactly(
                        "engine nd4j cannot run here: ND4J's build for CUDA is made for GPUs up to Ada, and the first GPU is"
                                + " sm_100 (Blackwell): --engine torch runs on it");
    }

    @Test
    void shouldLoadNothingWhereALibraryIsMissing() throws Exception {
        Files.delete(machine.libraries().resolve("libcusolver.so.11"));

        assertThat(run())
                .singleElement()
                .asString()
                .startsWith("engine nd4j cannot run here: NVIDIA's library libcusolver.so.11 is in none of "
                        + machine.libraries());
    }
}
