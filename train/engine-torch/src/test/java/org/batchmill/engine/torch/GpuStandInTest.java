package org.batchmill.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.batchmill.engine.torch.device.Natives;
import org.batchmill.train.host.gpu.StandInMachine;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * libtorch's build for GPUs on a machine without one: with stand-ins for NVIDIA's libraries it loads, its classes of memory too, says that
 * there is no GPU and computes on the CPU what the build for CPUs does; without them it is not loaded, which would end the JVM. Wants the jar
 * that {@code mvn -Ptorch-gpu} fetches, and {@code gcc}.
 */
@Tag("long")
@Tag("concurrent")
class GpuStandInTest {

    @TempDir
    Path root;

    private StandInMachine machine;

    @BeforeEach
    void makeAMachineWithAGpu() throws IOException, InterruptedException {
        assumeTrue(!gpuJar().isEmpty(), "target/engine-gpu has no libtorch for GPUs: mvn -Ptorch-gpu fetches it");
        machine = new StandInMachine(root);
    }

    private static List<Path> gpuJar() throws IOException {
        Path folder = Path.of("target/engine-gpu");
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> jars = Files.list(folder)) {
            return jars.filter(jar -> jar.toString().endsWith("-gpu.jar")).toList();
        }
    }

    private void addLibraries() throws IOException, InterruptedException {
        try (InputStream functions = GpuStandInTest.class.getResourceAsStream("nvidia-symbols.txt")) {
            machine.add(Natives.LIBRARIES.needed(), functions);
        }
    }

    private List<String> run() throws IOException, InterruptedException {
        return machine.run(gpuJar(), GpuStandIn.class);
    }

    @Test
    void shouldLoadAndSayThatThereIsNoGpu() throws Exception {
        // As on a machine that had the build for CPUs before: its libraries are unpacked, and those for GPUs are not.
        assertThat(run()).first().asString().startsWith("without a GPU: NVIDIA's library");
        addLibraries();

        assertThat(run())
                .containsExactly(
                        "without a GPU: the driver knows no NVIDIA GPU that libtorch can use",
                        "loss " + OneStep.loss("cpu"),
                        "memory: CUDA error: stand-in",
                        "peak: Invalid device argument ",
                        "lane: CUDA error: stand-in",
                        "event done",
                        "limit: Allocator not initialized for device ");
    }

    @Test
    void shouldNotLoadWhereALibraryIsMissing() throws Exception {
        addLibraries();
        Files.delete(machine.libraries().resolve("libcufft.so.12"));

        assertThat(run())
                .first()
                .asString()
                .startsWith("without a GPU: NVIDIA's library libcufft.so.12 is in none of " + machine.libraries());
    }
}
