package org.batchmill.train.network;

/**
 * The sums of a {@link Layer.LocallyConnected2d}, for engines whose library has none. Images, weights and gradients are in their canonical
 * order. Weights, of which there may be very many, are read and written a kernel at a time. Each method is one part of the work, which writes
 * where no other part of it does; sums are taken in an order that does not depend on who runs which part. Immutable.
 */
public final class LocalProducts {

    /** Weights, or what becomes of them. */
    @FunctionalInterface
    public interface Kernels {
        /** Copies {@code kernel.length} values, from the {@code first} on, into the kernel or out of it. */
        void copy(int first, float[] kernel);
    }

    private final Layer.LocallyConnected2d layer;
    private final Shape in;
    private final int outWidth;
    private final int places;
    private final int kernel;

    public LocalProducts(Layer.LocallyConnected2d layer, Shape in) {
        this.layer = layer;
        this.in = in;
        this.outWidth = layer.outputSize(false, in);
        this.places = layer.outputSize(true, in) * outWidth;
        this.kernel = in.channels() * layer.kernelHeight() * layer.kernelWidth();
    }

    /** The parts of {@link #forward} and {@link #byWeights}: places of the output, row by row. */
    public int places() {
        return places;
    }

    /**
     * One place of the outputs.
     *
     * @param x      [rows][in]
     * @param biases null for none
     * @param y      [rows][out]
     */
    public void forward(int place, float[] x, int rows, Kernels weights, float[] biases, float[] y) {
        float[] patches = patches(place, x, rows);
        float[] weight = new float[kernel];
        for (int filter = 0; filter < layer.filters(); filter++) {
            weights.copy((place * layer.filters() + filter) * kernel, weight);
            int to = filter * places + place;
            float bias = biases == null ? 0 : biases[to];
            for (int row = 0; row < rows; row++) {
                y[row * layer.filters() * places + to] = bias + product(weight, patches, row * kernel);
            }
        }
    }

    /**
     * The gradient by the weights of one place.
     *
     * @param dy       [rows][out]
     * @param gradient takes each kernel once
     */
    public void byWeights(int place, float[] x, float[] dy, int rows, Kernels gradient) {
        float[] patches = patches(place, x, rows);
        for (int filter = 0; filter < layer.filters(); filter++) {
            float[] sums = new float[kernel];
            for (int row = 0; row < rows; row++) {
                float factor = dy[(row * layer.filters() + filter) * places + place];
                int from = row * kernel;
                for (int k = 0; k < kernel; k++) {
                    sums[k] += factor * patches[from + k];
                }
            }
            gradient.copy((place * layer.filters() + filter) * kernel, sums);
        }
    }

    /** The gradient by the biases. */
    public float[] byBiases(float[] dy, int rows) {
        float[] sums = new float[layer.filters() * places];
        for (int row = 0; row < rows; row++) {
            for (int i = 0; i < sums.length; i++) {
                sums[i] += dy[row * sums.length + i];
            }
        }
        return sums;
    }

    /**
     * The gradient by one row of the input.
     *
     * @param dx [rows][in], of which this row is 0
     */
    public void byInput(int row, float[] dy, Kernels weights, float[] dx) {
        float[] weight = new float[kernel];
        for (int place = 0; place < places; place++) {
            float[] patch = new float[kernel];
            for (int filter = 0; filter < layer.filters(); filter++) {
                weights.copy((place * layer.filters() + filter) * kernel, weight);
                float factor = dy[(row * layer.filters() + filter) * places + place];
                for (int k = 0; k < kernel; k++) {
                    patch[k] += factor * weight[k];
                }
            }
            pixels(place, (k, pixel) -> dx[row * in.size() + pixel] += patch[k]);
        }
    }

    private float[] patches(int place, float[] x, int rows) {
        float[] patches = new float[rows * kernel];
        pixels(place, (k, pixel) -> {
            for (int row = 0; row < rows; row++) {
                patches[row * kernel + k] = x[row * in.size() + pixel];
            }
        });
        return patches;
    }

    private interface Pixel {
        void run(int k, int pixel);
    }

    /** The values of a kernel with the pixel that each is on, without those on the padding. */
    private void pixels(int place, Pixel pixel) {
        int top = place / outWidth * layer.strideHeight() - layer.before(true, in);
        int left = place % outWidth * layer.strideWidth() - layer.before(false, in);
        for (int k = 0; k < kernel; k++) {
            int channel = k / (layer.kernelHeight() * layer.kernelWidth());
            int y = top + k / layer.kernelWidth() % layer.kernelHeight();
            int x = left + k % layer.kernelWidth();
            if (y >= 0 && y < in.height() && x >= 0 && x < in.width()) {
                pixel.run(k, (channel * in.height() + y) * in.width() + x);
            }
        }
    }

    /** With four sums side by side: one alone would wait for each addition. */
    private static float product(float[] weight, float[] patches, int from) {
        float a = 0;
        float b = 0;
        float c = 0;
        float d = 0;
        int k = 0;
        for (; k + 3 < weight.length; k += 4) {
            a += weight[k] * patches[from + k];
            b += weight[k + 1] * patches[from + k + 1];
            c += weight[k + 2] * patches[from + k + 2];
            d += weight[k + 3] * patches[from + k + 3];
        }
        for (; k < weight.length; k++) {
            a += weight[k] * patches[from + k];
        }
        return (a + b) + (c + d);
    }
}
