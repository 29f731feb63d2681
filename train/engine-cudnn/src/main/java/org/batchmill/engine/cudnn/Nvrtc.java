package org.batchmill.engine.cudnn;

import java.nio.charset.StandardCharsets;
import org.bytedeco.cuda.global.nvrtc;
import org.bytedeco.cuda.nvrtc._nvrtcProgram;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.javacpp.SizeTPointer;

/** NVIDIA's compiler as a library. It needs no GPU; its natives must be loaded. Thread-safe, as NVRTC is. */
final class Nvrtc implements KernelCompiler {

    /** No --use_fast_math: exp, log and division keep their exact forms, NaN and infinities their meaning. */
    private static final String[] OPTIONS = {"--std=c++17", "--extra-device-vectorization"};

    @Override
    public String identity() {
        int[] major = new int[1];
        int[] minor = new int[1];
        check(nvrtc.nvrtcVersion(major, minor), "nvrtcVersion");
        return "NVRTC " + major[0] + "." + minor[0] + " " + String.join(" ", OPTIONS);
    }

    @Override
    public byte[] compile(String source, String target) {
        String[] options = new String[OPTIONS.length + 1];
        System.arraycopy(OPTIONS, 0, options, 0, OPTIONS.length);
        options[OPTIONS.length] = "--gpu-architecture=" + target;
        try (BytePointer text = new BytePointer(source, StandardCharsets.UTF_8);
                BytePointer name = new BytePointer("kernels.cu", StandardCharsets.UTF_8);
                PointerPointer<BytePointer> words = new PointerPointer<>(options);
                _nvrtcProgram program = new _nvrtcProgram()) {
            check(
                    nvrtc.nvrtcCreateProgram(
                            program, text, name, 0, (PointerPointer<?>) null, (PointerPointer<?>) null),
                    "nvrtcCreateProgram");
            try {
                int status = nvrtc.nvrtcCompileProgram(program, options.length, words);
                if (status != 0) {
                    throw new IllegalStateException(
                            "kernels do not compile for " + target + ": " + firstMessage(program, status));
                }
                return cubin(program);
            } finally {
                nvrtc.nvrtcDestroyProgram(program);
            }
        }
    }

    private static byte[] cubin(_nvrtcProgram program) {
        try (SizeTPointer size = new SizeTPointer(1)) {
            check(nvrtc.nvrtcGetCUBINSize(program, size), "nvrtcGetCUBINSize");
            byte[] code = new byte[Math.toIntExact(size.get())];
            check(nvrtc.nvrtcGetCUBIN(program, code), "nvrtcGetCUBIN");
            return code;
        }
    }

    private static String firstMessage(_nvrtcProgram program, int status) {
        try (SizeTPointer size = new SizeTPointer(1)) {
            check(nvrtc.nvrtcGetProgramLogSize(program, size), "nvrtcGetProgramLogSize");
            byte[] log = new byte[Math.toIntExact(size.get())];
            check(nvrtc.nvrtcGetProgramLog(program, log), "nvrtcGetProgramLog");
            return new String(log, StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.replace("\0", "").trim())
                    .filter(line -> !line.isEmpty())
                    .findFirst()
                    .orElseGet(() -> nvrtc.nvrtcGetErrorString(status).getString());
        }
    }

    private static void check(int status, String call) {
        if (status != 0) {
            throw new IllegalStateException(call + " failed with " + status + ": "
                    + nvrtc.nvrtcGetErrorString(status).getString());
        }
    }
}
