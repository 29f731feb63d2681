// What all kernels share. They are compiled as one source by NVRTC for the device at hand, and need no header: bfloat16 is handled
// as its bits, because NVRTC finds cuda_bf16.h only where a CUDA toolkit is installed.
//
// Conventions: activations are NHWC, float32 or bfloat16; parameters, their gradients and optimizer slots are float32; sums are taken
// in a fixed order, so that a step gives the same bits each time. Threads of a block are a power of two, at most 1024. What changes
// from step to step is read from device memory, so that a step that was captured as a CUDA graph can be replayed.

typedef unsigned short bfloat16;

struct StepValues {
    double learningRate;
    // 1 - beta1^t and 1 / sqrt(1 - beta2^t) of Adam, where t counts updates from 1.
    double meanCorrection;
    float varianceCorrection;
    // Rows that a loss is averaged over: the whole batch where gradients are accumulated over several calls.
    int totalRows;
};

__device__ inline float load(const float* at) { return *at; }

__device__ inline float load(const bfloat16* at) { return __uint_as_float((unsigned) *at << 16); }

__device__ inline void store(float* at, float value) { *at = value; }

// To the nearest, ties to even.
__device__ inline bfloat16 toBfloat16(float value) {
    unsigned bits = __float_as_uint(value);
    if (value != value) {
        return (bfloat16) (bits >> 16 | 0x40);
    }
    return (bfloat16) ((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

__device__ inline void store(bfloat16* at, float value) { *at = toBfloat16(value); }

__device__ inline long long firstIndex() { return (long long) blockIdx.x * blockDim.x + threadIdx.x; }

__device__ inline long long indexStride() { return (long long) gridDim.x * blockDim.x; }

// The sum over the threads of a block; every thread gets it.
__device__ inline double blockSum(double value) {
    __shared__ double sums[1024];
    sums[threadIdx.x] = value;
    __syncthreads();
    for (unsigned half = blockDim.x / 2; half > 0; half /= 2) {
        if (threadIdx.x < half) {
            sums[threadIdx.x] += sums[threadIdx.x + half];
        }
        __syncthreads();
    }
    double total = sums[0];
    __syncthreads();
    return total;
}

// NaN wins, as in Java's Math.max and unlike CUDA's fmax: a NaN must reach the loss to be seen.
__device__ inline double larger(double a, double b) { return a != a || a > b ? a : b; }

__device__ inline double smaller(double a, double b) { return a != a || a < b ? a : b; }

// The largest value over the threads of a block; every thread gets it.
__device__ inline double blockMaximum(double value) {
    __shared__ double values[1024];
    values[threadIdx.x] = value;
    __syncthreads();
    for (unsigned half = blockDim.x / 2; half > 0; half /= 2) {
        if (threadIdx.x < half) {
            values[threadIdx.x] = larger(values[threadIdx.x], values[threadIdx.x + half]);
        }
        __syncthreads();
    }
    double largest = values[0];
    __syncthreads();
    return largest;
}
