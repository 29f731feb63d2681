// CUDA's driver and runtime on a machine without a GPU, as far as our launch code calls them: memory is the host's, a kernel is a
// function of this library, its arguments are read as CUDA reads them, a captured graph is a list of launches. Handles are numbers that
// are looked at, so that a mixed-up one is refused. Machine code is taken for any that begins as an ELF file does.
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <tuple>
#include <utility>

#include "cuda-words.h"
#include "kernels.cu"

using Work = std::function<void()>;

static const int INVALID_IMAGE = 200;
static const int INVALID_HANDLE = 400;
static const int NOT_FOUND = 500;

enum Handle : uintptr_t { STREAM = 1, GRAPH, EXECUTABLE, MODULE };

static bool capturing;
static std::vector<Work> captured;

static int check(void* given, Handle expected) { return (uintptr_t) given == expected ? 0 : INVALID_HANDLE; }

static int give(void** place, Handle handle) {
    *place = (void*) handle;
    return 0;
}

// Runs work, or adds it to the graph that is being captured. host-cudnn.cpp calls it too.
void enqueue(void* stream, const Work& work) {
    if (check(stream, STREAM) != 0) {
        std::abort();
    }
    if (capturing) {
        captured.push_back(work);
    } else {
        work();
    }
}

template <typename... Types, size_t... Places>
static Work bound(void (*kernel)(Types...), void** arguments, std::index_sequence<Places...>) {
    std::tuple<Types...> copies{*static_cast<Types*>(arguments[Places])...};
    return [=] { std::apply(kernel, copies); };
}

template <typename... Types>
static std::function<Work(void**)> binder(void (*kernel)(Types...)) {
    return [=](void** arguments) { return bound(kernel, arguments, std::index_sequence_for<Types...>{}); };
}

static std::map<std::string, std::function<Work(void**)>> kernels{
        {"scaleBytesFloat32", binder(scaleBytesFloat32)},
        {"biasActivationFloat32", binder(biasActivationFloat32)},
        {"elementwiseLoss", binder(elementwiseLoss)},
        {"activationBackwardFloat32", binder(activationBackwardFloat32)},
        {"momentumUpdate", binder(momentumUpdate)},
};

extern "C" {
int cudaMalloc(void** place, size_t bytes) {
    *place = std::malloc(bytes);
    return 0;
}
int cudaFree(void* memory) {
    std::free(memory);
    return 0;
}
int cudaMemcpy(void* to, const void* from, size_t bytes, int) {
    std::memcpy(to, from, bytes);
    return 0;
}
int cudaStreamCreate(void** stream) { return give(stream, STREAM); }
int cudaStreamSynchronize(void* stream) { return check(stream, STREAM); }
int cudaStreamBeginCapture(void* stream, int) {
    capturing = true;
    captured.clear();
    return check(stream, STREAM);
}
int cudaStreamEndCapture(void* stream, void** graph) {
    capturing = false;
    give(graph, GRAPH);
    return check(stream, STREAM);
}
int cudaGraphInstantiate(void** executable, void* graph, unsigned long long) {
    give(executable, EXECUTABLE);
    return check(graph, GRAPH);
}
int cudaGraphDestroy(void* graph) { return check(graph, GRAPH); }
int cudaGraphExecDestroy(void* executable) { return check(executable, EXECUTABLE); }
int cudaGraphLaunch(void* executable, void* stream) {
    for (const Work& work : captured) {
        work();
    }
    return check(executable, EXECUTABLE) | check(stream, STREAM);
}
const char* cudaGetErrorString(int code) { return code == INVALID_HANDLE ? "invalid resource handle" : "unknown error"; }
int cuGetErrorString(int code, const char** text) {
    *text = code == NOT_FOUND ? "named symbol not found" : "device kernel image is invalid";
    return 0;
}
int cuModuleLoadData(void** module, const void* code) {
    give(module, MODULE);
    return std::memcmp(code, "\177ELF", 4) ? INVALID_IMAGE : 0;
}
int cuModuleUnload(void* module) { return check(module, MODULE); }
int cuModuleGetFunction(void** function, void* module, const char* name) {
    auto found = kernels.find(name);
    if (found == kernels.end()) {
        return NOT_FOUND;
    }
    *function = &found->second;
    return check(module, MODULE);
}
int cuLaunchKernel(
        void* function, unsigned gridX, unsigned gridY, unsigned, unsigned threads, unsigned, unsigned, unsigned, void* stream,
        void** arguments, void**) {
    Work work = (*static_cast<std::function<Work(void**)>*>(function))(arguments);
    enqueue(stream, [=] { launch({gridX, gridY}, threads, work); });
    return 0;
}
}
