package org.batchmill.engine.cudnn;

import static org.bytedeco.cuda.global.cudnn.CUDNN_CROSS_CORRELATION;
import static org.bytedeco.cuda.global.cudnn.CUDNN_DATA_FLOAT;
import static org.bytedeco.cuda.global.cudnn.CUDNN_FMA_MATH;
import static org.bytedeco.cuda.global.cudnn.CUDNN_TENSOR_NHWC;

import java.util.Random;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.cuda.cudnn.cudnnContext;
import org.bytedeco.cuda.cudnn.cudnnConvolutionBwdDataAlgoPerf_t;
import org.bytedeco.cuda.cudnn.cudnnConvolutionBwdFilterAlgoPerf_t;
import org.bytedeco.cuda.cudnn.cudnnConvolutionFwdAlgoPerf_t;
import org.bytedeco.cuda.cudnn.cudnnConvolutionStruct;
import org.bytedeco.cuda.cudnn.cudnnFilterStruct;
import org.bytedeco.cuda.cudnn.cudnnTensorStruct;
import org.bytedeco.cuda.global.cudnn;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;

/**
 * One 3x3 convolution in NHWC, padded, float32 without TF32: forward and both gradients by cuDNN, beside plain loops in double. It takes
 * cuDNN's calls for one convolution, which 9.x deprecates in favour of graphs of operations: they need no plan, and show the same
 * libraries at work.
 */
@SuppressWarnings("deprecation")
final class ConvolutionCheck {

    private static final int ROWS = 2;
    private static final int SIDE = 14;
    private static final int IN = 8;
    private static final int OUT = 16;
    private static final int KERNEL = 3;

    private final float[] x;
    private final float[] weights;
    private final float[] dy;

    /** @param seed of the random values */
    ConvolutionCheck(long seed) {
        Random random = new Random(seed);
        x = normal(random, ROWS * SIDE * SIDE * IN);
        weights = normal(random, OUT * KERNEL * KERNEL * IN);
        dy = normal(random, ROWS * SIDE * SIDE * OUT);
    }

    private static float[] normal(Random random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    /** The three arrays that a convolution and its backward pass make. */
    static final class Result {
        /** Output [row][y][x][out]. */
        private final float[] forward;
        /** Gradient of the input [row][y][x][in]. */
        private final float[] data;
        /** Gradient of the weights [out][ky][kx][in]. */
        private final float[] filter;

        Result(float[] forward, float[] data, float[] filter) {
            this.forward = forward;
            this.data = data;
            this.filter = filter;
        }

        /** The largest difference of any value, as a share of the largest value of its array; NaN if any is NaN. */
        double differenceFrom(Result other) {
            return Math.max(
                    difference(forward, other.forward),
                    Math.max(difference(data, other.data), difference(filter, other.filter)));
        }

        private static double difference(float[] ours, float[] theirs) {
            double worst = 0;
            double largest = 0;
            for (int i = 0; i < ours.length; i++) {
                worst = Math.max(worst, Math.abs(ours[i] - theirs[i]));
                largest = Math.max(largest, Math.abs(theirs[i]));
            }
            return worst / largest;
        }
    }

    /** By loops on the host. */
    Result onHost() {
        double[] forward = new double[dy.length];
        double[] data = new double[x.length];
        double[] filter = new double[weights.length];
        int area = SIDE * SIDE;
        for (int pixel = 0; pixel < ROWS * area; pixel++) {
            int row = pixel / area;
            for (int tap = 0; tap < KERNEL * KERNEL; tap++) {
                int fromY = pixel % area / SIDE + tap / KERNEL - KERNEL / 2;
                int fromX = pixel % SIDE + tap % KERNEL - KERNEL / 2;
                if (fromY < 0 || fromX < 0 || fromY >= SIDE || fromX >= SIDE) {
                    continue;
                }
                int from = (row * area + fromY * SIDE + fromX) * IN;
                for (int out = 0; out < OUT; out++) {
                    int to = pixel * OUT + out;
                    int weight = (out * KERNEL * KERNEL + tap) * IN;
                    for (int in = 0; in < IN; in++) {
                        forward[to] += (double) x[from + in] * weights[weight + in];
                        data[from + in] += (double) dy[to] * weights[weight + in];
                        filter[weight + in] += (double) dy[to] * x[from + in];
                    }
                }
            }
        }
        return new Result(floats(forward), floats(data), floats(filter));
    }

    private static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    /**
     * By cuDNN, with the algorithms that its heuristics put first: captured as a graph, which is then replayed. Descriptors live as
     * long as the process.
     *
     * @throws IllegalStateException if a call fails
     */
    @SuppressWarnings("try") // The scope frees what is made in it.
    Result onDevice(CUstream_st stream) {
        try (PointerScope scope = new PointerScope()) {
            cudnnContext handle = new cudnnContext();
            Cuda.checkCudnn(cudnn.cudnnCreate(handle), "cudnnCreate");
            try {
                Cuda.checkCudnn(cudnn.cudnnSetStream(handle, stream), "cudnnSetStream");
                return run(handle, stream);
            } finally {
                Cuda.checkCudnn(cudnn.cudnnDestroy(handle), "cudnnDestroy");
            }
        }
    }

    private Result run(cudnnContext handle, CUstream_st stream) {
        cudnnTensorStruct in = tensor(IN);
        cudnnTensorStruct out = tensor(OUT);
        cudnnFilterStruct filter = new cudnnFilterStruct();
        Cuda.checkCudnn(cudnn.cudnnCreateFilterDescriptor(filter), "cudnnCreateFilterDescriptor");
        Cuda.checkCudnn(
                cudnn.cudnnSetFilter4dDescriptor(filter, CUDNN_DATA_FLOAT, CUDNN_TENSOR_NHWC, OUT, IN, KERNEL, KERNEL),
                "cudnnSetFilter4dDescriptor");
        cudnnConvolutionStruct convolution = new cudnnConvolutionStruct();
        Cuda.checkCudnn(cudnn.cudnnCreateConvolutionDescriptor(convolution), "cudnnCreateConvolutionDescriptor");
        int padding = KERNEL / 2;
        Cuda.checkCudnn(
                cudnn.cudnnSetConvolution2dDescriptor(
                        convolution, padding, padding, 1, 1, 1, 1, CUDNN_CROSS_CORRELATION, CUDNN_DATA_FLOAT),
                "cudnnSetConvolution2dDescriptor");
        Cuda.checkCudnn(cudnn.cudnnSetConvolutionMathType(convolution, CUDNN_FMA_MATH), "cudnnSetConvolutionMathType");
        FloatPointer one = new FloatPointer(1f);
        FloatPointer zero = new FloatPointer(0f);
        int[] found = new int[1];
        cudnnConvolutionFwdAlgoPerf_t forward = new cudnnConvolutionFwdAlgoPerf_t(1);
        cudnnConvolutionBwdDataAlgoPerf_t byData = new cudnnConvolutionBwdDataAlgoPerf_t(1);
        cudnnConvolutionBwdFilterAlgoPerf_t byFilter = new cudnnConvolutionBwdFilterAlgoPerf_t(1);
        Cuda.checkCudnn(
                cudnn.cudnnGetConvolutionForwardAlgorithm_v7(handle, in, filter, convolution, out, 1, found, forward),
                "cudnnGetConvolutionForwardAlgorithm_v7");
        Cuda.checkCudnn(
                cudnn.cudnnGetConvolutionBackwardDataAlgorithm_v7(
                        handle, filter, out, convolution, in, 1, found, byData),
                "cudnnGetConvolutionBackwardDataAlgorithm_v7");
        Cuda.checkCudnn(
                cudnn.cudnnGetConvolutionBackwardFilterAlgorithm_v7(
                        handle, in, out, convolution, filter, 1, found, byFilter),
                "cudnnGetConvolutionBackwardFilterAlgorithm_v7");
        long bytes = Math.max(forward.memory(), Math.max(byData.memory(), byFilter.memory()));
        try (DeviceMemory deviceX = DeviceMemory.of(x);
                DeviceMemory deviceWeights = DeviceMemory.of(weights);
                DeviceMemory deviceDy = DeviceMemory.of(dy);
                DeviceMemory y = new DeviceMemory((long) dy.length * Float.BYTES);
                DeviceMemory dx = new DeviceMemory((long) x.length * Float.BYTES);
                DeviceMemory dw = new DeviceMemory((long) weights.length * Float.BYTES);
                DeviceMemory workspace = new DeviceMemory(bytes)) {
            try (Graph graph = Graph.capture(stream, () -> {
                Cuda.checkCudnn(
                        cudnn.cudnnConvolutionForward(
                                handle,
                                one,
                                in,
                                deviceX.pointer(),
                                filter,
                                deviceWeights.pointer(),
                                convolution,
                                forward.algo(),
                                workspace.pointer(),
                                bytes,
                                zero,
                                out,
                                y.pointer()),
                        "cudnnConvolutionForward");
                Cuda.checkCudnn(
                        cudnn.cudnnConvolutionBackwardData(
                                handle,
                                one,
                                filter,
                                deviceWeights.pointer(),
                                out,
                                deviceDy.pointer(),
                                convolution,
                                byData.algo(),
                                workspace.pointer(),
                                bytes,
                                zero,
                                in,
                                dx.pointer()),
                        "cudnnConvolutionBackwardData");
                Cuda.checkCudnn(
                        cudnn.cudnnConvolutionBackwardFilter(
                                handle,
                                one,
                                in,
                                deviceX.pointer(),
                                out,
                                deviceDy.pointer(),
                                convolution,
                                byFilter.algo(),
                                workspace.pointer(),
                                bytes,
                                zero,
                                filter,
                                dw.pointer()),
                        "cudnnConvolutionBackwardFilter");
            })) {
                graph.replay();
            }
            return new Result(y.read(dy.length), dx.read(x.length), dw.read(weights.length));
        }
    }

    private static cudnnTensorStruct tensor(int channels) {
        cudnnTensorStruct tensor = new cudnnTensorStruct();
        Cuda.checkCudnn(cudnn.cudnnCreateTensorDescriptor(tensor), "cudnnCreateTensorDescriptor");
        Cuda.checkCudnn(
                cudnn.cudnnSetTensor4dDescriptor(
                        tensor, CUDNN_TENSOR_NHWC, CUDNN_DATA_FLOAT, ROWS, channels, SIDE, SIDE),
                "cudnnSetTensor4dDescriptor");
        return tensor;
    }
}
