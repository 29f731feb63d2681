package org.batchmill.augment;

import static org.bytedeco.opencv.global.opencv_core.CV_32F;
import static org.bytedeco.opencv.global.opencv_core.CV_32FC1;
import static org.bytedeco.opencv.global.opencv_core.CV_64FC1;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_core.extractChannel;
import static org.bytedeco.opencv.global.opencv_core.insertChannel;
import static org.bytedeco.opencv.global.opencv_core.meanStdDev;

import java.util.Arrays;
import org.batchmill.augment.transform.Normalization;
import org.batchmill.augment.transform.Workbench;
import org.batchmill.batches.Batch;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.opencv.opencv_core.Mat;

/** Turns a drawn row of bytes into the floats of a batch: {@code value * scale + shift}, a pair a channel. */
final class FloatRow {

    private static final int PLANE = 0;
    private static final int FLOAT_PLANE = 1;
    private static final int MEAN = 2;
    private static final int DEVIATION = 3;
    private static final double LARGEST = 255;

    private final Workbench bench;
    private double[] scales = new double[3];
    private double[] shifts = new double[3];

    FloatRow(Workbench bench) {
        this.bench = bench;
    }

    void fill(Slot slot, int row, Mat pixels, Normalization normalization) {
        int channels = pixels.channels();
        if (scales.length < channels) {
            scales = new double[channels];
            shifts = new double[channels];
        }
        boolean uniform = measure(pixels, normalization, channels);
        if (slot.shape.format() == Batch.Format.FLOAT32_NHWC && uniform) {
            pixels.convertTo(slot.row(row), CV_32F, scales[0], shifts[0]);
            return;
        }
        Mat plane = bench.scratch(PLANE, pixels.rows(), pixels.cols(), CV_8UC1);
        for (int channel = 0; channel < channels; channel++) {
            extractChannel(pixels, plane, channel);
            if (slot.shape.format() == Batch.Format.FLOAT32_NCHW) {
                plane.convertTo(slot.plane(row, channel), CV_32F, scales[channel], shifts[channel]);
            } else {
                Mat converted = bench.scratch(FLOAT_PLANE, pixels.rows(), pixels.cols(), CV_32FC1);
                plane.convertTo(converted, CV_32F, scales[channel], shifts[channel]);
                insertChannel(converted, slot.row(row), channel);
            }
        }
    }

    /** Finds scale and shift of each channel; true if they are the same for all. */
    private boolean measure(Mat pixels, Normalization normalization, int channels) {
        return normalization.accept(new Normalization.Visitor<Boolean>() {
            @Override
            public Boolean unit(Normalization.Unit unit) {
                return all(1 / LARGEST, 0);
            }

            @Override
            public Boolean raw(Normalization.Raw raw) {
                return all(1, 0);
            }

            @Override
            public Boolean channels(Normalization.Channels each) {
                for (int channel = 0; channel < channels; channel++) {
                    // Stacked frames share the values of their three channels.
                    int which = channel % each.mean().size();
                    scales[channel] = 1 / (LARGEST * each.deviation().get(which));
                    shifts[channel] = -each.mean().get(which) / each.deviation().get(which);
                }
                return false;
            }

            @Override
            public Boolean perImage(Normalization.PerImage image) {
                Mat mean = bench.scratch(MEAN, 1, 1, CV_64FC1);
                Mat deviation = bench.scratch(DEVIATION, 1, 1, CV_64FC1);
                try (Mat values = pixels.reshape(1)) {
                    meanStdDev(values, mean, deviation);
                }
                double n = (double) pixels.rows() * pixels.cols() * channels;
                double scale = 1 / Math.max(value(deviation), 1 / Math.sqrt(n));
                return all(scale, -value(mean) * scale);
            }

            private boolean all(double scale, double shift) {
                Arrays.fill(scales, 0, channels, scale);
                Arrays.fill(shifts, 0, channels, shift);
                return true;
            }
        });
    }

    private static double value(Mat single) {
        try (DoublePointer pointer = new DoublePointer(single.data())) {
            return pointer.get();
        }
    }
}
