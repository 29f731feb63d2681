package org.batchmill.engine.cudnn;

import org.bytedeco.cuda.global.cudart;
import org.bytedeco.cuda.global.cudnn;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerPointer;

/** What the calls of CUDA return: anything but 0 becomes an exception that names the call and the cause. */
final class Cuda {

    private Cuda() {}

    /** Of the runtime, {@code cuda...}. */
    static void check(int code, String call) {
        if (code != 0) {
            throw failed(call, code, cudart.cudaGetErrorString(code));
        }
    }

    /** Of the driver, {@code cu...}. */
    static void checkDriver(int code, String call) {
        if (code != 0) {
            try (PointerPointer<BytePointer> text = new PointerPointer<>(1)) {
                cudart.cuGetErrorString(code, text);
                throw failed(call, code, text.get(BytePointer.class));
            }
        }
    }

    /** Of cuDNN. */
    static void checkCudnn(int status, String call) {
        if (status != cudnn.CUDNN_STATUS_SUCCESS) {
            throw failed(call, status, cudnn.cudnnGetErrorString(status));
        }
    }

    private static IllegalStateException failed(String call, int code, BytePointer text) {
        String cause = text == null || text.isNull() ? "unknown error" : text.getString();
        return new IllegalStateException(call + " failed with " + code + ": " + cause);
    }
}
