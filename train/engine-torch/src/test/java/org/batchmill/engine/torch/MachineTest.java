package org.batchmill.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.batchmill.engine.torch.device.Glibc;
import org.batchmill.engine.torch.device.Natives;
import org.batchmill.records.MissingPartException;
import org.batchmill.train.host.gpu.Driver;
import org.batchmill.train.host.gpu.LibraryFolders;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What machines look like that have no GPU, half a driver, an old one, or NVIDIA's libraries in odd places: folders made for it. */
class MachineTest {

    private static final String VERSION =
            "NVRM version: NVIDIA UNIX x86_64 Kernel Module  %s  Tue Jul 1 00:00:00 UTC 2026%nGCC version: gcc 12%n";

    @TempDir
    Path root;

    @BeforeEach
    void makeFolders() throws IOException {
        Files.createDirectories(root.resolve("dev"));
        Files.createDirectories(root.resolve("usr/lib64"));
        Files.createDirectories(root.resolve("proc/driver/nvidia"));
    }

    private Path file(String path) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, "");
    }

    private LibraryFolders folders(Path... named) {
        return new LibraryFolders(root, List.of(named), Map.of());
    }

    private Driver driver() {
        return Driver.find(root, folders(), 13);
    }

    private void assertMissing(String message) {
        assertThatThrownBy(this::driver)
                .isInstanceOf(MissingPartException.class)
                .hasMessageContaining(message);
    }

    @Test
    void shouldSayThatThereIsNoGpu() throws IOException {
        file("dev/nvidiactl");
        file("usr/lib64/libcuda.so.1");

        assertMissing("no NVIDIA GPU");
    }

    @Test
    void shouldSayThatThereIsNoDriver() throws IOException {
        file("dev/nvidia0");

        assertMissing("libcuda.so.1 is in none of");
    }

    @Test
    void shouldSayThatTheDriverIsTooOld() throws IOException {
        file("dev/nvidia0");
        file("usr/lib64/libcuda.so.1");
        Files.writeString(root.resolve("proc/driver/nvidia/version"), VERSION.replace("%s", "570.124.06"));

        assertMissing("NVIDIA's driver 570.124.06 is too old: CUDA 13 needs 580 or newer");
        assertThat(Driver.find(root, folders(), 12).version()).isEqualTo("570.124.06");
    }

    @Test
    void shouldReadTheVersionOfTheOpenKernelModule() throws IOException {
        file("dev/nvidia3");
        file("usr/lib64/libcuda.so.1");
        Files.writeString(
                root.resolve("proc/driver/nvidia/version"),
                "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.65.06  Release Build  (dvs-builder)\n");

        assertThat(driver().version()).isEqualTo("580.65.06");
    }

    @Test
    void shouldTakeTheVersionFromTheLibrarysNameWhereTheKernelSaysNothing() throws IOException {
        file("dev/nvidia0");
        Path real = file("usr/local/nvidia/lib64/libcuda.so.565.57.01");
        Files.createSymbolicLink(real.resolveSibling("libcuda.so.1"), real);

        assertMissing("565.57.01 is too old");
    }

    @Test
    void shouldLeaveItToCudaWhereNobodyTellsTheVersion() throws IOException {
        file("dev/dxg");
        Path library = file("usr/lib/wsl/lib/libcuda.so.1");

        assertThat(driver()).isEqualTo(new Driver(library, null));
    }

    @Test
    void shouldFindLibrariesInTheWheelsOfAPythonOnThePath() throws IOException {
        file("opt/torch/.venv/bin/python3");
        Path library = file("opt/torch/.venv/lib/python3.12/site-packages/nvidia/cudnn/lib/libcudnn.so.9");

        LibraryFolders folders =
                new LibraryFolders(root, List.of(), Map.of("PATH", "/nowhere:" + root.resolve("opt/torch/.venv/bin")));

        assertThat(folders.find("libcudnn.so.9")).contains(library);
    }

    @Test
    void shouldFollowALinkToAPython() throws IOException {
        file("opt/torch/.venv/bin/python3");
        Path library = file("opt/torch/.venv/lib/python3.12/site-packages/nvidia/cu13/lib/libcudart.so.13");
        Files.createDirectories(root.resolve("usr/local/bin"));
        Files.createSymbolicLink(root.resolve("usr/local/bin/python3"), root.resolve("opt/torch/.venv/bin/python3"));

        assertThat(folders().find("libcudart.so.13")).contains(library);
    }

    @Test
    void shouldPreferTheFolderThatTheUserNames() throws IOException {
        file("usr/lib64/libcudart.so.13");
        Path named = file("mine/libcudart.so.13");
        Path wheel = file("packages/nvidia/cu13/lib/libcudart.so.13");

        assertThat(folders(named.getParent()).find("libcudart.so.13")).contains(named);
        assertThat(folders(root.resolve("packages")).find("libcudart.so.13")).contains(wheel);
    }

    @Test
    void shouldNameTheLibraryThatIsMissingAndTheOption() throws IOException {
        for (String name : Natives.LIBRARIES.needed()) {
            if (!name.startsWith("libcusolver")) {
                file("usr/lib64/" + name);
            }
        }

        assertThatThrownBy(() -> Natives.LIBRARIES.find(folders()))
                .isInstanceOf(MissingPartException.class)
                .hasMessageContaining("libcusolver.so.12")
                .hasMessageContaining("-Dbatchmill.cuda.libraries=DIR");
    }

    @Test
    void shouldLoadWhatOthersStandOnBeforeThem() throws IOException {
        for (String name : Natives.LIBRARIES.needed()) {
            file("usr/lib64/" + name);
        }
        file("usr/lib64/libnvJitLink.so.13");

        assertThat(Natives.LIBRARIES.find(folders()))
                .extracting(path -> path.getFileName().toString())
                .startsWith("libnvJitLink.so.13", "libcudart.so.13")
                .containsSubsequence("libcublasLt.so.13", "libcublas.so.13")
                .containsSubsequence("libcudnn_graph.so.9", "libcudnn_ops.so.9", "libcudnn.so.9")
                .hasSize(Natives.LIBRARIES.needed().size() + 1);
    }

    @Test
    void shouldSayThatTheCLibraryIsTooOld() throws IOException {
        Path library = file("lib/x86_64-linux-gnu/libc.so.6");
        Files.writeString(library, "\0GNU C Library (Ubuntu GLIBC 2.31-0ubuntu9) stable release version 2.31.\n");
        assertThat(Glibc.problem(root)).isEqualTo("libtorch needs glibc 2.35 or newer; this system has 2.31");
        Files.writeString(library, "\0GNU C Library (Debian GLIBC 2.36-9) stable release version 2.36.\n");
        assertThat(Glibc.problem(root)).isNull();
    }
}
