package org.batchmill.engine.cudnn;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import org.batchmill.queues.threads.Undisturbed;
import org.batchmill.records.MissingPartException;
import org.batchmill.train.engine.LoadFailure;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.cuda.global.cudnn;
import org.bytedeco.cuda.global.nvrtc;
import org.bytedeco.javacpp.Loader;

/**
 * The GPU that is used: the first one. Immutable; the natives are loaded once, on the first question.
 *
 * @param name         {@code NVIDIA H200}
 * @param architecture compute capability without its point: 90
 * @param bytes        of its memory
 * @param driver       the newest CUDA that the driver runs, as CUDA writes versions: 13000 for 13.0
 */
record Gpu(String name, int architecture, long bytes, int driver) {

    /** Turing: what cuDNN 9 and CUDA 13 begin with. */
    private static final int OLDEST = 75;

    private static final double GIBIBYTE = 1 << 30;

    private static final Undisturbed<Gpu> LOADING = new Undisturbed<>("load-cudnn", Loading::load);

    /** Looks and loads, once. */
    private static final class Loading {

        private Loading() {}

        private static Gpu load() {
            LibraryFolders folders = LibraryFolders.ofThisMachine();
            Driver driver = Driver.find(Path.of("/"), folders, NvidiaLibraries.cudaVersion());
            NvidiaLibraries.load(driver.library());
            NvidiaLibraries.find(folders).forEach(NvidiaLibraries::load);
            Loader.load(cudart.class);
            Loader.load(nvrtc.class);
            Loader.load(cudnn.class);
            return ask();
        }

        private static Gpu ask() {
            int[] number = new int[1];
            Cuda.check(cudart.cudaGetDeviceCount(number), "cudaGetDeviceCount");
            if (number[0] == 0) {
                throw new MissingPartException("no NVIDIA GPU: the driver knows none");
            }
            Cuda.check(cudart.cudaSetDevice(0), "cudaSetDevice");
            byte[] name = new byte[256];
            Cuda.checkDriver(cudart.cuDeviceGetName(name, name.length, 0), "cuDeviceGetName");
            int architecture = 10 * attribute(cudart.cudaDevAttrComputeCapabilityMajor)
                    + attribute(cudart.cudaDevAttrComputeCapabilityMinor);
            Cuda.check(cudart.cudaDriverGetVersion(number), "cudaDriverGetVersion");
            Gpu gpu = new Gpu(
                    new String(name, StandardCharsets.US_ASCII).trim(), architecture, DeviceMemory.total(), number[0]);
            if (architecture < OLDEST) {
                throw new MissingPartException(
                        gpu.describe() + " is too old: sm_" + OLDEST + " (Turing) or newer is needed");
            }
            return gpu;
        }

        private static int attribute(int which) {
            int[] value = new int[1];
            Cuda.check(cudart.cudaDeviceGetAttribute(value, which, 0), "cudaDeviceGetAttribute");
            return value[0];
        }
    }

    /**
     * The first GPU of this machine, made current for this thread.
     *
     * @throws MissingPartException if there is none, or a part of what it needs is missing: one line says which
     */
    static Gpu first() {
        Throwable failure = LOADING.failure();
        if (failure != null) {
            throw new MissingPartException(problem(failure), failure);
        }
        Cuda.check(cudart.cudaSetDevice(0), "cudaSetDevice");
        return LOADING.result();
    }

    private static String problem(Throwable failure) {
        return failure instanceof LinkageError
                ? LoadFailure.line("CUDA", failure)
                : String.valueOf(failure.getMessage());
    }

    /** As NVRTC names it: {@code sm_90}. */
    String target() {
        return "sm_" + architecture;
    }

    /** Device, memory, driver and libraries in one line. */
    String describe() {
        int[] runtime = new int[1];
        Cuda.check(cudart.cudaRuntimeGetVersion(runtime), "cudaRuntimeGetVersion");
        return String.format(
                Locale.ROOT,
                "%s (%s, %.1f GiB), a driver for CUDA %s, CUDA %s, cuDNN %d",
                name,
                target(),
                bytes / GIBIBYTE,
                version(driver),
                version(runtime[0]),
                cudnn.cudnnGetVersion());
    }

    private static String version(int number) {
        return number / 1000 + "." + number % 1000 / 10;
    }
}
