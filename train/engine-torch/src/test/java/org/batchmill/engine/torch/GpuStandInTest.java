package org.batchmill.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.batchmill.engine.torch.device.NvidiaLibraries;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * libtorch's build for GPUs on a machine without one: with stand-ins for NVIDIA's libraries, which have the functions that it is linked
 * with and know no GPU, it loads, says so and computes on the CPU what the build for CPUs does; without them it is not loaded, which would
 * end the JVM. Wants the jar that {@code mvn -Ptorch-gpu} fetches, and {@code gcc}.
 */
@Tag("long")
@Tag("concurrent")
class GpuStandInTest {

    @TempDir
    Path root;

    private Path libraries;

    @BeforeEach
    void makeAMachineWithAGpu() throws IOException, InterruptedException {
        assumeTrue(gpuJar() != null, "target/engine-gpu has no libtorch for GPUs: mvn -Ptorch-gpu fetches it");
        libraries = Files.createDirectories(root.resolve("usr/lib64"));
        Files.createDirectories(root.resolve("dev"));
        Files.writeString(root.resolve("dev/nvidia0"), "");
        Files.createDirectories(root.resolve("proc/driver/nvidia"));
        Files.writeString(
                root.resolve("proc/driver/nvidia/version"),
                "NVRM version: NVIDIA UNIX x86_64 Kernel Module  580.65.06  Tue Jul 1 00:00:00 UTC 2026\n");
        compile("libcuda.so.1", List.of(), false);
    }

    private static Path gpuJar() throws IOException {
        Path folder = Path.of("target/engine-gpu");
        if (!Files.isDirectory(folder)) {
            return null;
        }
        try (Stream<Path> jars = Files.list(folder)) {
            return jars.filter(jar -> jar.toString().endsWith("-gpu.jar"))
                    .findFirst()
                    .orElse(null);
        }
    }

    /** A line a library: its name, {@code versioned} if its symbols bear it, and these. */
    private void compileAll() throws IOException, InterruptedException {
        for (String name : NvidiaLibraries.NEEDED) {
            compile(name, List.of(), false);
        }
        try (InputStream in = GpuStandInTest.class.getResourceAsStream("nvidia-symbols.txt")) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .toList()) {
                String[] parts = line.split(": ", -1);
                String[] name = parts[0].split(" ", -1);
                compile(name[0], Arrays.asList(parts[1].split(" ", -1)), name.length > 1);
            }
        }
    }

    private void compile(String name, List<String> functions, boolean versioned)
            throws IOException, InterruptedException {
        Path source = libraries.resolve(name + ".c");
        Files.writeString(
                source, functions.stream().map(GpuStandInTest::function).collect(Collectors.joining("\n", "", "\n")));
        List<String> command = new ArrayList<>(List.of(
                "gcc",
                "-shared",
                "-fPIC",
                "-w",
                "-fno-builtin",
                "-o",
                libraries.resolve(name).toString(),
                source.toString(),
                "-Wl,-soname," + name));
        if (versioned) {
            Path versions = Files.writeString(libraries.resolve(name + ".map"), name + " { global: *; };");
            command.add("-Wl,--version-script=" + versions);
        }
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }

    /** Texts are texts, there is no device (100), and nothing else succeeds. */
    private static String function(String name) {
        if (name.contains("String") || name.endsWith("GetErrorName")) {
            return "const char *" + name + "(void) { return \"stand-in\"; }";
        }
        int code = name.equals("cudaGetDeviceCount") ? 100 : name.equals("cudaGetLastError") ? 0 : 1;
        return "long " + name + "(void) { return " + code + "; }";
    }

    private List<String> run() throws IOException, InterruptedException {
        Path output = root.resolve("output");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dorg.bytedeco.javacpp.cachedir=" + root.resolve("cache"),
                        "-cp",
                        gpuJar() + File.pathSeparator + System.getProperty("java.class.path"),
                        GpuStandIn.class.getName(),
                        root.toString(),
                        libraries.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        int code = process.waitFor();
        List<String> lines = Files.readAllLines(output);
        assertThat(code).describedAs("%s", lines).isZero();
        return lines;
    }

    @Test
    void shouldLoadAndSayThatThereIsNoGpu() throws Exception {
        // As on a machine that had the build for CPUs before: its libraries are unpacked, and those for GPUs are not.
        assertThat(run()).first().asString().startsWith("without a GPU: NVIDIA's library");
        compileAll();

        assertThat(run())
                .containsExactly(
                        "without a GPU: the driver knows no NVIDIA GPU that libtorch can use",
                        "loss " + OneStep.loss("cpu"),
                        "memory: CUDA error: stand-in",
                        "peak: Invalid device argument ",
                        "limit: Allocator not initialized for device ");
    }

    @Test
    void shouldNotLoadWhereALibraryIsMissing() throws Exception {
        compileAll();
        Files.delete(libraries.resolve("libcufft.so.12"));

        assertThat(run())
                .first()
                .asString()
                .startsWith("without a GPU: NVIDIA's library libcufft.so.12 is in none of " + libraries);
    }
}
