// Runs one kernel on the host: run-kernel NAME GRID_X GRID_Y THREADS SCALAR... takes arrays from standard input, each as its length in
// bytes (8 bytes, little-endian; 0 for a null pointer) and its bytes, and puts them back, as the kernel left them, on standard output.
#include <cstdio>
#include <cstdlib>
#include <string>

#include "cuda-words.h"
#include "kernels.cu"

static std::vector<std::vector<char>> arrays;
static std::vector<double> scalars;

template <typename T>
static T* array(size_t i) {
    std::vector<char>& bytes = arrays.at(i);
    return bytes.empty() ? nullptr : reinterpret_cast<T*>(bytes.data());
}

static float* f(size_t i) { return array<float>(i); }
static bfloat16* h(size_t i) { return array<bfloat16>(i); }
static double* d(size_t i) { return array<double>(i); }
static float r(size_t i) { return (float) scalars.at(i); }
static int n(size_t i) { return (int) scalars.at(i); }

static const StepValues* step() {
    static StepValues values;
    size_t last = scalars.size();
    values = {scalars.at(last - 4), scalars.at(last - 3), r(last - 2), n(last - 1)};
    return &values;
}

static Treatment treatment() { return {r(1), r(2), r(3), r(4)}; }

static YoloV1 grid() { return {n(1), n(2), n(3), n(4), r(5), r(6), r(7), r(8), n(9), n(10)}; }

static void call(const std::string& name) {
    if (name == "scaleBytesFloat32") return scaleBytesFloat32(array<unsigned char>(0), f(1), n(0), r(1), r(2));
    if (name == "scaleBytesBfloat16") return scaleBytesBfloat16(array<unsigned char>(0), h(1), n(0), r(1), r(2));
    if (name == "biasActivationFloat32") return biasActivationFloat32(f(0), f(1), f(2), n(0), n(1), n(2), r(3));
    if (name == "biasActivationBfloat16") return biasActivationBfloat16(h(0), f(1), h(2), n(0), n(1), n(2), r(3));
    if (name == "activationBackwardFloat32")
        return activationBackwardFloat32(f(0), f(1), f(2), f(3), n(0), n(1), n(2), r(3), n(4));
    if (name == "activationBackwardBfloat16")
        return activationBackwardBfloat16(h(0), h(1), h(2), f(3), n(0), n(1), n(2), r(3), n(4));
    if (name == "sumParts") return sumParts(f(0), f(1), n(0), n(1), n(2));
    if (name == "dropoutFloat32") return dropoutFloat32(f(0), f(1), array<uint64>(2), n(0), n(1), n(2), r(3));
    if (name == "dropoutBfloat16") return dropoutBfloat16(h(0), h(1), array<uint64>(2), n(0), n(1), n(2), r(3));
    if (name == "gaussianNoiseFloat32") return gaussianNoiseFloat32(f(0), f(1), array<uint64>(2), n(0), n(1), n(2), r(3));
    if (name == "gaussianNoiseBfloat16") return gaussianNoiseBfloat16(h(0), h(1), array<uint64>(2), n(0), n(1), n(2), r(3));
    if (name == "sumLoss") return sumLoss(d(0), n(0), d(1), scalars.at(1), step());
    if (name == "elementwiseLoss") return elementwiseLoss(f(0), f(1), f(2), d(3), n(0), n(1), n(2), r(3), step());
    if (name == "softmaxCrossEntropy") return softmaxCrossEntropy(f(0), f(1), f(2), d(3), n(0), step());
    if (name == "yoloV1Loss") return yoloV1Loss(f(0), f(1), f(2), d(3), n(0), grid(), step());
    if (name == "squareSums") return squareSums(f(0), n(0), r(1), d(1));
    if (name == "gradientNorm") return gradientNorm(d(0), n(0), r(1), d(1), f(2));
    if (name == "sgdUpdate") return sgdUpdate(f(0), h(1), f(2), n(0), treatment(), step(), f(3));
    if (name == "momentumUpdate")
        return momentumUpdate(f(0), h(1), f(2), f(4), n(0), treatment(), step(), f(3), r(5), n(6));
    if (name == "rootSquareUpdate")
        return rootSquareUpdate(f(0), h(1), f(2), f(4), n(0), treatment(), step(), f(3), r(5), r(6), r(7));
    if (name == "adadeltaUpdate")
        return adadeltaUpdate(f(0), h(1), f(2), f(4), f(5), n(0), treatment(), step(), f(3), r(5), r(6));
    if (name == "adamUpdate")
        return adamUpdate(f(0), h(1), f(2), f(4), f(5), n(0), treatment(), step(), f(3), r(5), r(6), r(7), r(8));
    std::fprintf(stderr, "no kernel %s\n", name.c_str());
    std::exit(2);
}

int main(int count, char** words) {
    for (int i = 5; i < count; i++) {
        scalars.push_back(std::atof(words[i]));
    }
    long long bytes;
    while (std::fread(&bytes, sizeof bytes, 1, stdin) == 1) {
        std::vector<char>& read = arrays.emplace_back(bytes);
        if (std::fread(read.data(), 1, read.size(), stdin) != read.size()) {
            std::fprintf(stderr, "array %zu is cut off\n", arrays.size() - 1);
            return 2;
        }
    }
    std::string name = words[1];
    launch({(unsigned) std::atoi(words[2]), (unsigned) std::atoi(words[3])}, std::atoi(words[4]), [&name] { call(name); });
    for (const std::vector<char>& changed : arrays) {
        std::fwrite(changed.data(), 1, changed.size(), stdout);
    }
    return 0;
}
