package org.batchmill.engine.torch.device;

import java.nio.file.Path;
import java.util.List;

/**
 * libtorch's classes of GPU memory and streams, loaded with the one library that they need. Left to itself JavaCPP also loads the libraries
 * of CUDA's own classes, which want CUDA to the version that they were made for, and are called by nobody here.
 */
final class CudaClasses {

    private static final String JAVACPP_LOADS = "org.bytedeco.javacpp.loadLibraries";

    private static final List<String> NAMES = List.of(
            "org.bytedeco.pytorch.global.torch_cuda",
            "org.bytedeco.pytorch.cuda.DeviceAllocator",
            "org.bytedeco.pytorch.cuda.CUDAAllocator",
            "org.bytedeco.pytorch.cuda.DeviceStats",
            "org.bytedeco.pytorch.cuda.CUDAStream",
            "org.bytedeco.pytorch.cuda.CUDAEvent",
            "org.bytedeco.pytorch.cuda.CUDAStreamGuard");

    private CudaClasses() {}

    /** @param folder of the libraries of libtorch's build for GPUs, of which those without classes of CUDA's are loaded */
    static void load(Path folder) {
        String before = System.getProperty(JAVACPP_LOADS);
        System.setProperty(JAVACPP_LOADS, "false");
        try {
            System.load(folder.resolve(System.mapLibraryName("jnitorch_cuda")).toString());
            for (String name : NAMES) {
                Class.forName(name, true, CudaClasses.class.getClassLoader());
            }
        } catch (ClassNotFoundException e) {
            throw new NoClassDefFoundError(e.getMessage());
        } finally {
            if (before == null) {
                System.clearProperty(JAVACPP_LOADS);
            } else {
                System.setProperty(JAVACPP_LOADS, before);
            }
        }
    }
}
