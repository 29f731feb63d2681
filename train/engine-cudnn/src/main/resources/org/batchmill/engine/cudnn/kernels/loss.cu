// Losses and their gradients by the outputs, by the formulas of org.batchmill.train.loss and, as there, in double precision: outputs
// are few. Each block leaves the sum of its terms; sumLoss adds them up and takes the mean over the rows.

// loss = factor / totalRows times the sum of the parts. One block.
extern "C" __global__ void sumLoss(const double* parts, int count, double* loss, double factor, const StepValues* step) {
    double sum = 0;
    for (int part = threadIdx.x; part < count; part += blockDim.x) {
        sum += parts[part];
    }
    sum = blockSum(sum);
    if (threadIdx.x == 0) {
        *loss = sum * factor / step->totalRows;
    }
}

enum ElementwiseLoss { SQUARED, ABSOLUTE, HUBER, SIGMOID_CROSS_ENTROPY };

__device__ inline double sign(double x) { return x > 0 ? 1 : x < 0 ? -1 : x; }

// Returns the term of one output, and its derivative in slope.
__device__ inline double lossTerm(int kind, double delta, double output, double target, double* slope) {
    double error = output - target;
    if (kind == SQUARED) {
        *slope = 2 * error;
        return error * error;
    }
    if (kind == ABSOLUTE || (kind == HUBER && fabs(error) > delta)) {
        double weight = kind == HUBER ? delta : 1;
        *slope = weight * sign(error);
        return kind == HUBER ? delta * (fabs(error) - delta / 2) : fabs(error);
    }
    if (kind == HUBER) {
        *slope = error;
        return error * error / 2;
    }
    // exp(-|z|) never overflows.
    double decay = exp(-fabs(output));
    *slope = (output >= 0 ? 1 / (1 + decay) : decay / (1 + decay)) - target;
    return (output > 0 ? output : output < 0 ? 0 : output) - output * target + log1p(decay);
}

// A loss that compares output i with truth i: rows of size outputs, count in all. sumLoss's factor is 1 / size.
extern "C" __global__ void elementwiseLoss(
        const float* outputs, const float* truth, float* gradient, double* parts, long long count, int size, int kind,
        float delta, const StepValues* step) {
    double share = 1.0 / size / step->totalRows;
    double sum = 0;
    for (long long i = firstIndex(); i < count; i += indexStride()) {
        double slope;
        sum += lossTerm(kind, delta, outputs[i], truth[i], &slope);
        gradient[i] = (float) (slope * share);
    }
    sum = blockSum(sum);
    if (threadIdx.x == 0) {
        parts[blockIdx.x] = sum;
    }
}

// A block a row of size logits. sumLoss's factor is 1.
extern "C" __global__ void softmaxCrossEntropy(
        const float* outputs, const float* truth, float* gradient, double* parts, int size, const StepValues* step) {
    const float* z = outputs + (long long) blockIdx.x * size;
    const float* t = truth + (long long) blockIdx.x * size;
    float* g = gradient + (long long) blockIdx.x * size;
    double largest = -__longlong_as_double(0x7ff0000000000000LL);
    double mass = 0;
    for (int i = threadIdx.x; i < size; i += blockDim.x) {
        largest = larger(largest, z[i]);
        mass += t[i];
    }
    largest = blockMaximum(largest);
    mass = blockSum(mass);
    double partition = 0;
    for (int i = threadIdx.x; i < size; i += blockDim.x) {
        partition += exp(z[i] - largest);
    }
    double logPartition = largest + log(blockSum(partition));
    double sum = 0;
    for (int i = threadIdx.x; i < size; i += blockDim.x) {
        double logProbability = z[i] - logPartition;
        if (t[i] != 0) {
            sum -= t[i] * logProbability;
        }
        g[i] = (float) ((mass * exp(logProbability) - t[i]) / step->totalRows);
    }
    sum = blockSum(sum);
    if (threadIdx.x == 0) {
        parts[blockIdx.x] = sum;
    }
}
