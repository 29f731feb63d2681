package org.batchmill.engine.nd4j.layer;

import java.util.Arrays;
import org.batchmill.engine.nd4j.memory.Floats;
import org.batchmill.engine.nd4j.plan.Placement;
import org.batchmill.train.host.Workers;

/**
 * Sums and linear maps by channel over activations, in both placements. Sums are taken in float32 over a block and in double over
 * the blocks, in an order that does not depend on the number of threads.
 */
final class ChannelMath {

    /** Blocks in one task of a thread. */
    private static final int BLOCKS = 16;

    private final Placement placement;
    /** Values in a block: whole channel vectors, or a piece of one channel's plane. */
    private final int block;

    private final int blocksInRow;

    ChannelMath(Placement placement) {
        this.placement = placement;
        if (interleaved()) {
            int pixels = Math.max(1, Floats.BLOCK / placement.channels());
            this.block = pixels * placement.channels();
            this.blocksInRow = 0;
        } else {
            this.block = Math.min(Floats.BLOCK, placement.pixels());
            this.blocksInRow = placement.channels() * blocksInPlane();
        }
    }

    private boolean interleaved() {
        return placement.channelsLast() || placement.pixels() == 1;
    }

    private int blocksInPlane() {
        return (placement.pixels() + block - 1) / block;
    }

    private int blocks() {
        return interleaved() ? (int) (((long) placement.size() + block - 1) / block) : placement.rows() * blocksInRow;
    }

    /** One block: where it starts, how long it is, and its channel; -1 where all channels are interleaved. */
    private interface BlockWork {
        void run(int from, int count, int channel);
    }

    private void each(int part, BlockWork work) {
        int end = Math.min(blocks(), (part + 1) * BLOCKS);
        for (int b = part * BLOCKS; b < end; b++) {
            if (interleaved()) {
                int from = b * block;
                work.run(from, Math.min(block, placement.size() - from), -1);
            } else {
                int plane = b / blocksInPlane();
                int offset = (b % blocksInPlane()) * block;
                work.run(
                        plane * placement.pixels() + offset,
                        Math.min(block, placement.pixels() - offset),
                        plane % placement.channels());
            }
        }
    }

    private int parts() {
        return (blocks() + BLOCKS - 1) / BLOCKS;
    }

    /** By channel, the sum of x. */
    double[] sums(Floats x, Workers workers) {
        return sums(x, null, null, null, workers);
    }

    /** By channel, the sum of (x - xOffset) (y - yOffset), the offsets by channel. */
    double[] products(Floats x, float[] xOffset, Floats y, float[] yOffset, Workers workers) {
        return sums(x, xOffset, y, yOffset, workers);
    }

    private double[] sums(Floats x, float[] xOffset, Floats y, float[] yOffset, Workers workers) {
        int channels = placement.channels();
        double[][] partial = new double[parts()][];
        workers.run(parts(), part -> {
            double[] total = new double[channels];
            float[] sum = new float[channels];
            float[] a = new float[block];
            float[] b = y == null ? null : new float[block];
            each(part, (from, count, channel) -> {
                x.read(from, a, count);
                if (y != null) {
                    y.read(from, b, count);
                    multiply(a, xOffset, b, yOffset, count, channel);
                }
                if (channel < 0) {
                    Arrays.fill(sum, 0);
                    for (int i = 0; i < count; i += channels) {
                        for (int c = 0; c < channels; c++) {
                            sum[c] += a[i + c];
                        }
                    }
                    for (int c = 0; c < channels; c++) {
                        total[c] += sum[c];
                    }
                } else {
                    total[channel] += sum(a, count);
                }
            });
            partial[part] = total;
        });
        double[] all = new double[channels];
        for (double[] total : partial) {
            for (int c = 0; c < channels; c++) {
                all[c] += total[c];
            }
        }
        return all;
    }

    /** a becomes (a - aOffset) (b - bOffset). */
    private void multiply(float[] a, float[] aOffset, float[] b, float[] bOffset, int count, int channel) {
        if (channel < 0) {
            int channels = placement.channels();
            for (int i = 0; i < count; i += channels) {
                for (int c = 0; c < channels; c++) {
                    a[i + c] = (a[i + c] - aOffset[c]) * (b[i + c] - bOffset[c]);
                }
            }
        } else {
            float p = aOffset[channel];
            float q = bOffset[channel];
            for (int i = 0; i < count; i++) {
                a[i] = (a[i] - p) * (b[i] - q);
            }
        }
    }

    /** Four sums side by side: one alone would wait for each addition. */
    private static double sum(float[] values, int count) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int i = 0;
        for (; i + 3 < count; i += 4) {
            s0 += values[i];
            s1 += values[i + 1];
            s2 += values[i + 2];
            s3 += values[i + 3];
        }
        for (; i < count; i++) {
            s0 += values[i];
        }
        return s0 + s1 + (s2 + s3);
    }

    /** to = x scale + shift, by channel. */
    void map(Floats x, float[] scale, float[] shift, Floats to, Workers workers) {
        map(x, scale, x, new float[scale.length], shift, to, workers);
    }

    /** to = x xScale + y yScale + shift, by channel. */
    void map(Floats x, float[] xScale, Floats y, float[] yScale, float[] shift, Floats to, Workers workers) {
        int channels = placement.channels();
        boolean one = x == y;
        workers.run(parts(), part -> {
            float[] a = new float[block];
            float[] b = one ? a : new float[block];
            each(part, (from, count, channel) -> {
                x.read(from, a, count);
                if (!one) {
                    y.read(from, b, count);
                }
                if (channel < 0) {
                    for (int i = 0; i < count; i += channels) {
                        for (int c = 0; c < channels; c++) {
                            a[i + c] = a[i + c] * xScale[c] + b[i + c] * yScale[c] + shift[c];
                        }
                    }
                } else {
                    float p = xScale[channel];
                    float q = yScale[channel];
                    float r = shift[channel];
                    for (int i = 0; i < count; i++) {
                        a[i] = a[i] * p + b[i] * q + r;
                    }
                }
                to.write(from, a, count);
            });
        });
    }
}
