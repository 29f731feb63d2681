// Bias and activation in one pass behind a convolution or a dense layer, and their gradients in one pass before its backward half.

// The numbers are those of KernelCodes.
enum Activation { LINEAR, RELU, LEAKY_RELU, ELU, SIGMOID, TANH, RELU6 };

__device__ inline float activated(int function, float alpha, float x) {
    switch (function) {
        case RELU:
            return x < 0 ? 0 : x;
        case LEAKY_RELU:
            return x > 0 ? x : alpha * x;
        case ELU:
            return x > 0 ? x : alpha * expm1f(x);
        case SIGMOID:
            return 1 / (1 + expf(-x));
        case TANH:
            return tanhf(x);
        case RELU6:
            return x < 0 ? 0 : x > 6 ? 6 : x;
        default:
            return x;
    }
}

// The derivative, from the output y.
__device__ inline float slope(int function, float alpha, float y) {
    switch (function) {
        case RELU:
            return y > 0 ? 1 : 0;
        case LEAKY_RELU:
            return y > 0 ? 1 : alpha;
        case ELU:
            return y > 0 ? 1 : y + alpha;
        case SIGMOID:
            return y * (1 - y);
        case TANH:
            return 1 - y * y;
        case RELU6:
            return y > 0 && y < 6 ? 1 : 0;
        default:
            return 1;
    }
}

// The derivative from the input x. It is needed where alpha is below 0: there the output does not tell on which side of 0 x was.
__device__ inline float slopeAt(int function, float alpha, float x) {
    float y = activated(function, alpha, x);
    return (function == LEAKY_RELU || function == ELU) && x > 0 ? 1
            : function == LEAKY_RELU                            ? alpha
            : function == ELU                                   ? y + alpha
                                                                : slope(function, alpha, y);
}

// y = f(x + bias) over [count / channels][channels]; bias may be null, and y may be x.
template <typename T>
__device__ inline void biasActivation(
        const T* x, const float* bias, T* y, long long count, int channels, int function, float alpha) {
    for (long long i = firstIndex(); i < count; i += indexStride()) {
        float shifted = load(x + i) + (bias ? bias[i % channels] : 0);
        store(y + i, activated(function, alpha, shifted));
    }
}

extern "C" __global__ void biasActivationFloat32(
        const float* x, const float* bias, float* y, long long count, int channels, int function, float alpha) {
    biasActivation(x, bias, y, count, channels, function, alpha);
}

extern "C" __global__ void biasActivationBfloat16(
        const bfloat16* x, const float* bias, bfloat16* y, long long count, int channels, int function, float alpha) {
    biasActivation(x, bias, y, count, channels, function, alpha);
}

// Channels that a block works on: a warp reads as many neighbouring values.
const int TILE = 32;

// dx = dy f'(.) over [pixels][channels], and its sums over pixels, which are the bias's gradient, in parts: block (x, y) takes the
// channels of tile x and every gridDim.y-th group of pixels, and writes parts[y][channel]. The derivative follows from the outputs y,
// or, where fromInput, from the inputs with the bias added. dx may be dy; parts may be null.
template <typename T>
__device__ inline void activationBackward(
        const T* data, const T* dy, T* dx, float* parts, long long pixels, int channels, int function, float alpha, int fromInput) {
    __shared__ float sums[1024];
    int column = threadIdx.x % TILE;
    int line = threadIdx.x / TILE;
    int lines = blockDim.x / TILE;
    int channel = blockIdx.x * TILE + column;
    float sum = 0;
    if (channel < channels) {
        for (long long pixel = (long long) blockIdx.y * lines + line; pixel < pixels; pixel += (long long) gridDim.y * lines) {
            long long i = pixel * channels + channel;
            float value = load(data + i);
            float derivative = fromInput ? slopeAt(function, alpha, value) : slope(function, alpha, value);
            float gradient = load(dy + i) * derivative;
            store(dx + i, gradient);
            sum += gradient;
        }
    }
    sums[threadIdx.x] = sum;
    __syncthreads();
    if (parts && line == 0 && channel < channels) {
        for (int other = 1; other < lines; other++) {
            sum += sums[other * TILE + column];
        }
        parts[(long long) blockIdx.y * channels + channel] = sum;
    }
}

extern "C" __global__ void activationBackwardFloat32(
        const float* data, const float* dy, float* dx, float* parts, long long pixels, int channels, int function, float alpha,
        int fromInput) {
    activationBackward(data, dy, dx, parts, pixels, channels, function, alpha, fromInput);
}

extern "C" __global__ void activationBackwardBfloat16(
        const bfloat16* data, const bfloat16* dy, bfloat16* dx, float* parts, long long pixels, int channels, int function,
        float alpha, int fromInput) {
    activationBackward(data, dy, dx, parts, pixels, channels, function, alpha, fromInput);
}

// gradient[channel] = the sum of parts[part][channel] over the parts, added to what is there where adds.
extern "C" __global__ void sumParts(const float* parts, float* gradient, int count, int channels, int adds) {
    for (long long channel = firstIndex(); channel < channels; channel += indexStride()) {
        float sum = adds ? gradient[channel] : 0;
        for (int part = 0; part < count; part++) {
            sum += parts[(long long) part * channels + channel];
        }
        gradient[channel] = sum;
    }
}
