// A batch of unsigned bytes as it comes from the host, NHWC, to activations: y = x * multiply + add.

template <typename T>
__device__ inline void scaleBytes(const unsigned char* pixels, T* scaled, long long count, float multiply, float add) {
    for (long long i = firstIndex(); i < count; i += indexStride()) {
        store(scaled + i, (float) pixels[i] * multiply + add);
    }
}

extern "C" __global__ void scaleBytesFloat32(
        const unsigned char* pixels, float* scaled, long long count, float multiply, float add) {
    scaleBytes(pixels, scaled, count, multiply, add);
}

extern "C" __global__ void scaleBytesBfloat16(
        const unsigned char* pixels, bfloat16* scaled, long long count, float multiply, float add) {
    scaleBytes(pixels, scaled, count, multiply, add);
}
