package org.batchmill.engine.cudnn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The code that calls cuDNN, loads kernels, packs their arguments, captures and replays graphs: through the JNI, on a driver and a cuDNN
 * that are the host.
 */
@Tag("concurrent")
class LaunchTest {

    @TempDir
    Path folder;

    @Test
    void shouldTrainThroughACapturedGraphAndNameWhatFails() throws IOException, InterruptedException {
        assumeTrue(Tool.GXX.works(), "g++ is not here, which compiles a driver that is the host");
        List<Path> libraries = new ArrayList<>();
        libraries.add(library("libcuda.so.1", Path.of("src/test/cpp/host-driver.cpp")));
        Path empty = Files.writeString(folder.resolve("empty.cpp"), "");
        for (String name : NvidiaLibraries.names()) {
            if (!name.startsWith("libnvrtc")) {
                boolean front = name.startsWith("libcudnn_graph");
                libraries.add(library(name, front ? Path.of("src/test/cpp/host-cudnn.cpp") : empty));
            }
        }

        List<String> lines = launchOnHost(libraries);

        assertThat(lines).hasSize(6);
        assertThat(Double.parseDouble(lines.get(0))).isLessThan(1e-5);
        float[] trained = floats(lines.get(1));
        Numbers.assertClose(trained, floats(lines.get(2)), 1e-6);
        assertThat(trained).doesNotContain(0);
        assertThat(lines.subList(3, 6))
                .containsExactly(
                        "cuModuleGetFunction of absent failed with 500: named symbol not found",
                        "cuModuleGetFunction of absent failed with 500: named symbol not found",
                        "cuModuleLoadData failed with 200: device kernel image is invalid");
    }

    /** The runtime's library is empty, as are most of cuDNN's: the driver's, loaded before them, has the functions of both. */
    private Path library(String name, Path source) throws IOException, InterruptedException {
        Files.writeString(folder.resolve("kernels.cu"), KernelSource.text());
        Path library = folder.resolve(name);
        Tool.GXX.run(
                "-std=c++20",
                "-O1",
                "-ffp-contract=off",
                "-pthread",
                "-shared",
                "-fPIC",
                "-Wl,-soname," + name,
                "-I" + folder,
                "-Isrc/test/cpp",
                "-o",
                library.toString(),
                source.toString(),
                "-L" + folder,
                name.equals("libcuda.so.1") ? "-lm" : "-l:libcuda.so.1");
        return library;
    }

    private List<String> launchOnHost(List<Path> libraries) throws IOException, InterruptedException {
        // JavaCPP remarks there that CUDA 12.9's JNI is older than itself.
        Path errors = folder.resolve("errors.txt");
        List<String> words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                LaunchOnHost.class.getName()));
        libraries.forEach(library -> words.add(library.toString()));
        Process jvm = new ProcessBuilder(words).redirectError(errors.toFile()).start();
        String said = new String(jvm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(jvm.waitFor()).as(Files.readString(errors)).isZero();
        return said.lines().toList();
    }

    private static float[] floats(String line) {
        double[] values = Arrays.stream(line.substring(1, line.length() - 1).split(", ", -1))
                .mapToDouble(Float::parseFloat)
                .toArray();
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }
}
