package org.batchmill.engine.cudnn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.bytedeco.cuda.global.nvrtc;
import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From Turing to Blackwell, by both of NVIDIA's compilers, which need no GPU. */
class KernelCompilationTest {

    private static final byte[] ELF = {0x7f, 'E', 'L', 'F'};

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"sm_75", "sm_80", "sm_90", "sm_100"})
    void shouldCompileWithNvcc(String target) throws IOException, InterruptedException {
        assumeTrue(Tool.NVCC.works(), "nvcc is not here, which compiles the kernels as NVRTC would");
        Path source = Files.writeString(folder.resolve("kernels.cu"), KernelSource.text());
        Path cubin = folder.resolve("kernels.cubin");

        Tool.NVCC.run(
                "-arch=" + target, "-cubin", "-Werror", "all-warnings", "-o", cubin.toString(), source.toString());

        assertThat(Files.readAllBytes(cubin)).startsWith(ELF);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sm_75", "sm_80", "sm_90", "sm_100"})
    void shouldCompileWithNvrtcThroughItsJni(String target) throws IOException, InterruptedException {
        loadNvrtc();

        assertThat(new Nvrtc().compile(KernelSource.text(), target)).startsWith(ELF);
    }

    @Test
    void shouldNameTheFileAndTheLineOfAnError() throws IOException, InterruptedException {
        loadNvrtc();
        String broken = KernelSource.text() + "#line 7 \"more.cu\"\n__global__ void more() { return 1 }\n";

        assertThatThrownBy(() -> new Nvrtc().compile(broken, "sm_90"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("sm_90")
                .hasMessageContaining("more.cu(7)");
    }

    /** The JNI of NVRTC loads that of CUDA's runtime, which is linked with the driver's library: an empty one will do here. */
    private void loadNvrtc() throws IOException, InterruptedException {
        LibraryFolders folders = LibraryFolders.ofThisMachine();
        for (String name : NvidiaLibraries.names()) {
            if (name.startsWith("libcudart") || name.startsWith("libnvrtc")) {
                Optional<Path> library = folders.find(name);
                assumeTrue(
                        library.isPresent(), name + " is not here: give its folder by -Dbatchmill.cuda.libraries=DIR");
            }
        }
        Optional<Path> driver = folders.find("libcuda.so.1");
        if (driver.isEmpty()) {
            assumeTrue(Tool.GXX.works(), "neither a driver is here nor g++, which makes an empty library in its place");
            Path source = Files.writeString(folder.resolve("empty.cpp"), "");
            driver = Optional.of(folder.resolve("libcuda.so.1"));
            Tool.GXX.run(
                    "-shared", "-Wl,-soname,libcuda.so.1", "-o", driver.get().toString(), source.toString());
        }
        NvidiaLibraries.load(driver.get());
        for (String name : NvidiaLibraries.names()) {
            if (name.startsWith("libcudart") || name.startsWith("libnvrtc")) {
                NvidiaLibraries.load(folders.find(name).orElseThrow());
            }
        }
        Loader.load(nvrtc.class);
    }
}
