package org.batchmill.engine.onednn.winograd;

/**
 * Winograd's minimal filtering F(4x4, 3x3): four outputs of a filter of three taps from six inputs with six products in place of twelve,
 * along each of two axes, so a 4x4 tile of outputs takes 36 products in place of 144. These are the linear transforms around the products,
 * along one axis, over the points 0, 1, -1, 2, -2 and infinity (A. Lavin, S. Gray, "Fast Algorithms for Convolutional Neural Networks",
 * 2015): {@code y = A'[(G g) * (B' d)]}. The gradients' transforms are the transposes.
 *
 * <p>Each transform takes runs of floats, one for each position along the axis, and works on them value by value. Each loop stores into one
 * array, or two of which each is a sum and a difference: loops of that kind the compiler turns into vector instructions. Stateless.
 */
public final class Winograd {

    /** Outputs along an axis. */
    public static final int TILE = 4;

    /** Taps along an axis. */
    public static final int TAPS = 3;

    /** Inputs, and products, along an axis. */
    public static final int SIDE = TILE + TAPS - 1;

    /** Products of a tile. */
    public static final int POSITIONS = SIDE * SIDE;

    private Winograd() {}

    /** B': six inputs to six factors. */
    public static void input(float[][] from, float[][] to, int count) {
        float[] d0 = from[0];
        float[] d1 = from[1];
        float[] d2 = from[2];
        float[] d3 = from[3];
        float[] d4 = from[4];
        float[] d5 = from[5];
        combine(d0, d2, d4, to[0], count);
        sumAndDifference(4, 1, d4, d2, d3, d1, to[1], to[2], count);
        sumAndDifference(1, 2, d4, d2, d3, d1, to[3], to[4], count);
        combine(d1, d3, d5, to[5], count);
    }

    /** {@code 4 x - 5 y + z}. */
    private static void combine(float[] x, float[] y, float[] z, float[] to, int count) {
        for (int i = 0; i < count; i++) {
            to[i] = 4 * x[i] - 5 * y[i] + z[i];
        }
    }

    /** {@code e = v - a w} and {@code o = b (x - a y)}: their sum and their difference. */
    private static void sumAndDifference(
            float a, float b, float[] v, float[] w, float[] x, float[] y, float[] sum, float[] difference, int count) {
        for (int i = 0; i < count; i++) {
            float even = v[i] - a * w[i];
            float odd = b * (x[i] - a * y[i]);
            sum[i] = even + odd;
            difference[i] = even - odd;
        }
    }

    /** A': six products to four outputs. */
    public static void output(float[][] from, float[][] to, int count) {
        float[] m0 = from[0];
        float[] m1 = from[1];
        float[] m2 = from[2];
        float[] m3 = from[3];
        float[] m4 = from[4];
        float[] m5 = from[5];
        float[] y0 = to[0];
        float[] y1 = to[1];
        float[] y2 = to[2];
        float[] y3 = to[3];
        for (int i = 0; i < count; i++) {
            y0[i] = m0[i] + (m1[i] + m2[i]) + (m3[i] + m4[i]);
        }
        for (int i = 0; i < count; i++) {
            y1[i] = (m1[i] - m2[i]) + 2 * (m3[i] - m4[i]);
        }
        for (int i = 0; i < count; i++) {
            y2[i] = (m1[i] + m2[i]) + 4 * (m3[i] + m4[i]);
        }
        for (int i = 0; i < count; i++) {
            y3[i] = (m1[i] - m2[i]) + 8 * (m3[i] - m4[i]) + m5[i];
        }
    }

    /** A: the gradients of four outputs to those of six products. */
    public static void outputGradient(float[][] from, float[][] to, int count) {
        float[] y0 = from[0];
        float[] y1 = from[1];
        float[] y2 = from[2];
        float[] y3 = from[3];
        System.arraycopy(y0, 0, to[0], 0, count);
        sumAndDifference(-1, 1, y0, y2, y1, y3, to[1], to[2], count);
        sumAndDifference(-4, 2, y0, y2, y1, y3, to[3], to[4], count);
        System.arraycopy(y3, 0, to[5], 0, count);
    }

    /** G: three taps to six factors. */
    public static void kernel(float[][] from, float[][] to, int count) {
        float[] g0 = from[0];
        float[] g1 = from[1];
        float[] g2 = from[2];
        float[] u0 = to[0];
        float[] u1 = to[1];
        float[] u2 = to[2];
        float[] u3 = to[3];
        float[] u4 = to[4];
        for (int i = 0; i < count; i++) {
            u0[i] = g0[i] * (1 / 4f);
        }
        for (int i = 0; i < count; i++) {
            u1[i] = (g0[i] + g2[i]) * (-1 / 6f) - g1[i] * (1 / 6f);
        }
        for (int i = 0; i < count; i++) {
            u2[i] = (g0[i] + g2[i]) * (-1 / 6f) + g1[i] * (1 / 6f);
        }
        for (int i = 0; i < count; i++) {
            u3[i] = (g0[i] + 4 * g2[i]) * (1 / 24f) + g1[i] * (1 / 12f);
        }
        for (int i = 0; i < count; i++) {
            u4[i] = (g0[i] + 4 * g2[i]) * (1 / 24f) - g1[i] * (1 / 12f);
        }
        System.arraycopy(g2, 0, to[5], 0, count);
    }

    /** G': the gradients of six factors to those of three taps. */
    public static void kernelGradient(float[][] from, float[][] to, int count) {
        float[] u0 = from[0];
        float[] u1 = from[1];
        float[] u2 = from[2];
        float[] u3 = from[3];
        float[] u4 = from[4];
        float[] u5 = from[5];
        float[] g0 = to[0];
        float[] g1 = to[1];
        float[] g2 = to[2];
        for (int i = 0; i < count; i++) {
            g0[i] = u0[i] * (1 / 4f) - (u1[i] + u2[i]) * (1 / 6f) + (u3[i] + u4[i]) * (1 / 24f);
        }
        for (int i = 0; i < count; i++) {
            g1[i] = (u2[i] - u1[i]) * (1 / 6f) + (u3[i] - u4[i]) * (1 / 12f);
        }
        for (int i = 0; i < count; i++) {
            g2[i] = (u3[i] + u4[i] - u1[i] - u2[i]) * (1 / 6f) + u5[i];
        }
    }
}
