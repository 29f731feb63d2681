// Updates of parameters, by the rules of Optimizer, in float32: clipping, regularisation, rule and the bfloat16 copy for the next
// forward pass in one pass over each parameter. Value, slots and gradient are float32.

// What happens to a gradient before the rule: see ProgramSpec. l1 and l2 are 0 for what is not a weight.
struct Treatment {
    float clipValue;
    float l1;
    float l2;
    // Multiplies the learning rate.
    float rate;
};

__device__ inline float clipped(float gradient, float limit) {
    if (limit > 0) {
        // Comparisons let NaN through; fminf would not.
        return gradient > limit ? limit : gradient < -limit ? -limit : gradient;
    }
    return gradient;
}

// The sums of squares of a gradient as it is, and clipped by value: parts[block][2].
extern "C" __global__ void squareSums(const float* gradient, long long count, float clipValue, double* parts) {
    double all = 0;
    double limited = 0;
    for (long long i = firstIndex(); i < count; i += indexStride()) {
        double g = gradient[i];
        double c = clipped(gradient[i], clipValue);
        all += g * g;
        limited += c * c;
    }
    all = blockSum(all);
    limited = blockSum(limited);
    if (threadIdx.x == 0) {
        parts[2 * blockIdx.x] = all;
        parts[2 * blockIdx.x + 1] = limited;
    }
}

// The norm of all gradients before clipping, and what they are scaled by so that the norm behind clipping by value is at most
// clipNorm (0 for never), from the parts of all parameters. One block.
extern "C" __global__ void gradientNorm(const double* parts, int count, float clipNorm, double* norm, float* scale) {
    double all = 0;
    double limited = 0;
    for (int part = threadIdx.x; part < count; part += blockDim.x) {
        all += parts[2 * part];
        limited += parts[2 * part + 1];
    }
    all = blockSum(all);
    limited = sqrt(blockSum(limited));
    if (threadIdx.x == 0) {
        *norm = sqrt(all);
        *scale = clipNorm > 0 && limited > clipNorm ? (float) (clipNorm / limited) : 1;
    }
}

__device__ inline float treated(float gradient, float value, const Treatment& treatment, float scale) {
    float g = clipped(gradient, treatment.clipValue) * scale;
    g += treatment.l2 * value;
    return g + treatment.l1 * (float) ((value > 0) - (value < 0));
}

__device__ inline float rateOf(const StepValues* step, const Treatment& treatment) {
    return (float) (step->learningRate * treatment.rate);
}

// copy is the bfloat16 copy, or null.
__device__ inline void put(float* value, bfloat16* copy, long long i, float updated) {
    value[i] = updated;
    if (copy) {
        copy[i] = toBfloat16(updated);
    }
}

extern "C" __global__ void sgdUpdate(
        float* value, bfloat16* copy, const float* gradient, long long count, Treatment treatment, const StepValues* step,
        const float* scale) {
    float rate = rateOf(step, treatment);
    for (long long i = firstIndex(); i < count; i += indexStride()) {
        put(value, copy, i, value[i] - rate * treated(gradient[i], value[i], treatment, *scale));
    }
}

// v = momentum v + g; w -= rate v, or with nesterov w -= rate (g + momentum v).
extern "C" __global__ void momentumUpdate(
        float* value, bfloat16* copy, const float* gradient, float* velocity, long long count, Treatment treatment,
        const StepValues* step, const float* scale, float momentum, int nesterov) {
    float rate = rateOf(step, treatment);
    for (long long i = firstIndex(); i < count; i += indexStride()) {
        float g = treated(gradient[i], value[i], treatment, *scale);
        float v = momentum * velocity[i] + g;
        velocity[i] = v;
        put(value, copy, i, value[i] - rate * (nesterov ? g + momentum * v : v));
    }
}

// s = keep s + add g^2; w -= rate g / (sqrt(s) + epsilon): Adagrad with keep and add of 1, RMSProp with rho and 1 - rho.
extern "C" __global__ void rootSquareUpdate(
        float* value, bfloat16* copy, const float* gradient, float* square, long long count, Treatment treatment,
        const StepValues* step, const float* scale, float keep, float add, float epsilon) {
    float rate = rateOf(step, treatment);
    for (long long i = firstIndex(); i < count; i += indexStride()) {
        float g = treated(gradient[i], value[i], treatment, *scale);
        float s = keep * square[i] + add * g * g;
        square[i] = s;
        put(value, copy, i, value[i] - rate * g / (sqrtf(s) + epsilon));
    }
}

extern "C" __global__ void adadeltaUpdate(
        float* value, bfloat16* copy, const float* gradient, float* square, float* change, long long count,
        Treatment treatment, const StepValues* step, const float* scale, float rho, float epsilon) {
    float rate = rateOf(step, treatment);
    float rest = 1 - rho;
    for (long long i = firstIndex(); i < count; i += indexStride()) {
        float g = treated(gradient[i], value[i], treatment, *scale);
        float s = rho * square[i] + rest * g * g;
        float d = sqrtf(change[i] + epsilon) / sqrtf(s + epsilon) * g;
        square[i] = s;
        change[i] = rho * change[i] + rest * d * d;
        put(value, copy, i, value[i] - rate * d);
    }
}

// Adam, and AdamW where decay is not 0: it is taken off the value before, and is 0 for what is not a weight.
extern "C" __global__ void adamUpdate(
        float* value, bfloat16* copy, const float* gradient, float* mean, float* variance, long long count,
        Treatment treatment, const StepValues* step, const float* scale, float beta1, float beta2, float epsilon, float decay) {
    double rate = step->learningRate * treatment.rate;
    float size = (float) (rate / step->meanCorrection);
    float share = (float) (rate * decay);
    float correction = step->varianceCorrection;
    for (long long i = firstIndex(); i < count; i += indexStride()) {
        float g = treated(gradient[i], value[i], treatment, *scale);
        float m = beta1 * mean[i] + (1 - beta1) * g;
        float v = beta2 * variance[i] + (1 - beta2) * g * g;
        mean[i] = m;
        variance[i] = v;
        float decayed = value[i] - share * value[i];
        put(value, copy, i, decayed - size * m / (sqrtf(v) * correction + epsilon));
    }
}
