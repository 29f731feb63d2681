// Dropout and noise by the numbers of StepRandom: a function of the key, which holds (seed, step, micro-step, layer), and of the index
// of the value in the canonical order rows, channels, height, width. Masks are drawn again in the backward pass rather than kept.

typedef unsigned long long uint64;

// SplitMix64's output function (Steele, Lea and Flood 2014).
__device__ inline uint64 mixed(uint64 value) {
    uint64 z = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
}

__device__ inline uint64 randomBits(uint64 key, long long index) { return mixed(key + (uint64) index * 0x9e3779b97f4a7c15ULL); }

// Uniform in [0, 1).
__device__ inline float uniform(uint64 key, long long index) { return (float) (randomBits(key, index) >> 40) * 5.9604644775390625e-8f; }

// Standard normal, by the transform of Box and Muller.
__device__ inline float normal(uint64 key, long long index) {
    uint64 bits = randomBits(key, index);
    double u = (double) ((bits >> 32) + 1) * 2.3283064365386963e-10;
    double angle = (double) (bits & 0xffffffffULL) * (6.283185307179586 * 2.3283064365386963e-10);
    return (float) (sqrt(-2 * log(u)) * cos(angle));
}

// From the index in NHWC, over rows of [pixels][channels], to the canonical one.
__device__ inline long long canonical(long long index, int channels, int pixels) {
    long long place = index / channels;
    return (place / pixels * channels + index % channels) * pixels + place % pixels;
}

// y = x times the mask: 0 with probability rate, else 1 / (1 - rate). With gradients for x and y it is the backward pass.
template <typename T>
__device__ inline void dropout(const T* x, T* y, const uint64* key, long long count, int channels, int pixels, float rate) {
    float keep = 1 / (1 - rate);
    for (long long i = firstIndex(); i < count; i += indexStride()) {
        float mask = uniform(*key, canonical(i, channels, pixels)) < rate ? 0 : keep;
        store(y + i, load(x + i) * mask);
    }
}

extern "C" __global__ void dropoutFloat32(
        const float* x, float* y, const uint64* key, long long count, int channels, int pixels, float rate) {
    dropout(x, y, key, count, channels, pixels, rate);
}

extern "C" __global__ void dropoutBfloat16(
        const bfloat16* x, bfloat16* y, const uint64* key, long long count, int channels, int pixels, float rate) {
    dropout(x, y, key, count, channels, pixels, rate);
}

// y = x + noise.
template <typename T>
__device__ inline void gaussianNoise(
        const T* x, T* y, const uint64* key, long long count, int channels, int pixels, float deviation) {
    for (long long i = firstIndex(); i < count; i += indexStride()) {
        store(y + i, load(x + i) + deviation * normal(*key, canonical(i, channels, pixels)));
    }
}

extern "C" __global__ void gaussianNoiseFloat32(
        const float* x, float* y, const uint64* key, long long count, int channels, int pixels, float deviation) {
    gaussianNoise(x, y, key, count, channels, pixels, deviation);
}

extern "C" __global__ void gaussianNoiseBfloat16(
        const bfloat16* x, bfloat16* y, const uint64* key, long long count, int channels, int pixels, float deviation) {
    gaussianNoise(x, y, key, count, channels, pixels, deviation);
}
