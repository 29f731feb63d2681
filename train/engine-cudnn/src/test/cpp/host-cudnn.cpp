// cuDNN on the driver of host-driver.cpp, as far as ConvolutionCheck calls it: a 2-d convolution in NHWC by plain loops in float32. What
// it is given is looked at: layouts, types, handles, algorithms, and a workspace that is large enough for each of them.
#include <cstddef>
#include <cstdint>
#include <functional>

void enqueue(void* stream, const std::function<void()>& work);

static const int BAD_PARAMETER = 2000;

// Values of cuDNN's enums.
enum { FLOAT = 0, NHWC = 1, CROSS_CORRELATION = 1, FMA = 3 };

enum Algorithm { FORWARD = 1, BY_DATA, BY_FILTER };

static const size_t WORKSPACE[] = {0, 64, 128, 32};

struct Tensor {
    int rows, channels, height, width;
    int size() const { return rows * channels * height * width; }
};

struct Filter {
    int out, in, height, width;
    int size() const { return out * in * height * width; }
};

struct Convolution {
    int padding;
};

struct Performance {
    int algorithm;
    int status;
    float time;
    size_t memory;
    int determinism;
    int math;
    int reserved[3];
};

static void* onStream;

static int check(bool fine) { return fine ? 0 : BAD_PARAMETER; }

static int found(int* count, Performance* place, Algorithm algorithm) {
    *count = 1;
    *place = {algorithm, 0, 1, WORKSPACE[algorithm], 1, FMA, {}};
    return 0;
}

// Visits all places of input, weight and output that meet.
template <typename Visit>
static void convolve(const Tensor* in, const Filter* filter, const Convolution* how, const Tensor* out, Visit visit) {
    for (int pixel = 0; pixel < out->rows * out->height * out->width; pixel++) {
        int row = pixel / (out->height * out->width);
        for (int tap = 0; tap < filter->height * filter->width; tap++) {
            int y = pixel / out->width % out->height + tap / filter->width - how->padding;
            int x = pixel % out->width + tap % filter->width - how->padding;
            if (y < 0 || x < 0 || y >= in->height || x >= in->width) {
                continue;
            }
            int from = ((row * in->height + y) * in->width + x) * in->channels;
            for (int o = 0; o < filter->out; o++) {
                int weight = (o * filter->height * filter->width + tap) * filter->in;
                for (int i = 0; i < filter->in; i++) {
                    visit(from + i, weight + i, pixel * out->channels + o);
                }
            }
        }
    }
}

static bool plain(int algorithm, Algorithm expected, const void* workspace, size_t bytes, const float* alpha, const float* beta) {
    return algorithm == expected && workspace && bytes >= WORKSPACE[expected] && *alpha == 1 && *beta == 0;
}

template <typename Visit>
static int run(bool fine, float* result, int size, const Tensor* in, const Filter* filter, const Convolution* how, const Tensor* out, Visit visit) {
    if (fine) {
        enqueue(onStream, [=] {
            for (int i = 0; i < size; i++) {
                result[i] = 0;
            }
            convolve(in, filter, how, out, visit);
        });
    }
    return check(fine);
}

extern "C" {
int cudnnCreate(void** handle) {
    *handle = &onStream;
    return 0;
}
int cudnnDestroy(void* handle) { return check(handle == &onStream); }
int cudnnSetStream(void* handle, void* stream) {
    onStream = stream;
    return check(handle == &onStream);
}
int cudnnCreateTensorDescriptor(Tensor** place) {
    *place = new Tensor();
    return 0;
}
int cudnnCreateFilterDescriptor(Filter** place) {
    *place = new Filter();
    return 0;
}
int cudnnCreateConvolutionDescriptor(Convolution** place) {
    *place = new Convolution();
    return 0;
}
int cudnnSetTensor4dDescriptor(Tensor* tensor, int format, int type, int rows, int channels, int height, int width) {
    *tensor = {rows, channels, height, width};
    return check(format == NHWC && type == FLOAT);
}
int cudnnSetFilter4dDescriptor(Filter* filter, int type, int format, int out, int in, int height, int width) {
    *filter = {out, in, height, width};
    return check(format == NHWC && type == FLOAT);
}
int cudnnSetConvolution2dDescriptor(
        Convolution* convolution, int paddingY, int paddingX, int strideY, int strideX, int dilationY, int dilationX, int mode,
        int type) {
    *convolution = {paddingY};
    bool whole = strideY == 1 && strideX == 1 && dilationY == 1 && dilationX == 1 && paddingX == paddingY;
    return check(whole && mode == CROSS_CORRELATION && type == FLOAT);
}
int cudnnSetConvolutionMathType(Convolution*, int math) { return check(math == FMA); }
int cudnnGetConvolutionForwardAlgorithm_v7(void*, Tensor*, Filter*, Convolution*, Tensor*, int, int* count, Performance* place) {
    return found(count, place, FORWARD);
}
int cudnnGetConvolutionBackwardDataAlgorithm_v7(
        void*, Filter*, Tensor*, Convolution*, Tensor*, int, int* count, Performance* place) {
    return found(count, place, BY_DATA);
}
int cudnnGetConvolutionBackwardFilterAlgorithm_v7(
        void*, Tensor*, Tensor*, Convolution*, Filter*, int, int* count, Performance* place) {
    return found(count, place, BY_FILTER);
}
int cudnnConvolutionForward(
        void*, const float* alpha, Tensor* in, const float* x, Filter* filter, const float* w, Convolution* how, int algorithm,
        void* workspace, size_t bytes, const float* beta, Tensor* out, float* y) {
    return run(plain(algorithm, FORWARD, workspace, bytes, alpha, beta), y, out->size(), in, filter, how, out,
            [=](int i, int k, int o) { y[o] += x[i] * w[k]; });
}
int cudnnConvolutionBackwardData(
        void*, const float* alpha, Filter* filter, const float* w, Tensor* out, const float* dy, Convolution* how, int algorithm,
        void* workspace, size_t bytes, const float* beta, Tensor* in, float* dx) {
    return run(plain(algorithm, BY_DATA, workspace, bytes, alpha, beta), dx, in->size(), in, filter, how, out,
            [=](int i, int k, int o) { dx[i] += dy[o] * w[k]; });
}
int cudnnConvolutionBackwardFilter(
        void*, const float* alpha, Tensor* in, const float* x, Tensor* out, const float* dy, Convolution* how, int algorithm,
        void* workspace, size_t bytes, const float* beta, Filter* filter, float* dw) {
    return run(plain(algorithm, BY_FILTER, workspace, bytes, alpha, beta), dw, filter->size(), in, filter, how, out,
            [=](int i, int k, int o) { dw[k] += dy[o] * x[i]; });
}
const char* cudnnGetErrorString(int) { return "CUDNN_STATUS_BAD_PARAM"; }
}
