// What CUDA C++ adds to C++, as far as the kernels use it, so that a host compiler takes their source as it is. The threads of a block
// are threads of the host that meet at a barrier; blocks run one after the other, and may then share what the device gives to each.
#include <barrier>
#include <cmath>
#include <cstring>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#define __global__
#define __device__
#define __shared__ static

struct Extent {
    unsigned x;
    unsigned y;
};

static Extent gridDim;
static Extent blockDim;
static Extent blockIdx;
static thread_local Extent threadIdx;
static std::unique_ptr<std::barrier<>> meeting;

static void __syncthreads() { meeting->arrive_and_wait(); }

template <typename To, typename From>
static To sameBits(From value) {
    static_assert(sizeof(To) == sizeof(From));
    To bits;
    std::memcpy(&bits, &value, sizeof bits);
    return bits;
}

static float __uint_as_float(unsigned bits) { return sameBits<float>(bits); }
static unsigned __float_as_uint(float value) { return sameBits<unsigned>(value); }
static double __longlong_as_double(long long bits) { return sameBits<double>(bits); }

static void launch(Extent grid, unsigned threads, const std::function<void()>& kernel) {
    gridDim = grid;
    blockDim = {threads, 1};
    meeting = std::make_unique<std::barrier<>>(threads);
    for (blockIdx.y = 0; blockIdx.y < grid.y; blockIdx.y++) {
        for (blockIdx.x = 0; blockIdx.x < grid.x; blockIdx.x++) {
            std::vector<std::thread> block;
            for (unsigned thread = 0; thread < threads; thread++) {
                block.emplace_back([&kernel, thread] {
                    threadIdx = {thread, 0};
                    kernel();
                });
            }
            for (std::thread& thread : block) {
                thread.join();
            }
        }
    }
}
