package org.batchmill.jobs.samples;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_CUBIC;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import java.util.SplittableRandom;
import org.bytedeco.opencv.opencv_core.Mat;

/** Textured backgrounds: clouds at three scales, with stripes over half of them. */
final class Background {

    private Background() {}

    /** A new BGR image; the caller closes it. */
    static Mat draw(int width, int height, SplittableRandom random) {
        float[] sum = new float[height * width * 3];
        double weight = 1;
        for (int cells : new int[] {3, 9, 40}) {
            addClouds(sum, width, height, cells, (float) weight, random);
            weight *= 0.45;
        }
        double stripes = random.nextBoolean() ? 18 * random.nextDouble() : 0;
        double fx = random.nextDouble() * 0.4;
        double fy = random.nextDouble() * 0.4;
        byte[] pixels = new byte[sum.length];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                double stripe = stripes == 0 ? 0 : stripes * Math.sin(fx * x + fy * y);
                for (int c = 0; c < 3; c++) {
                    int i = (y * width + x) * 3 + c;
                    pixels[i] = (byte) Math.max(0, Math.min(255, Math.round(sum[i] / 1.65 + stripe)));
                }
            }
        }
        Mat image = new Mat(height, width, CV_8UC3);
        image.data().put(pixels);
        return image;
    }

    /** Adds random values on a coarse grid, enlarged smoothly. */
    private static void addClouds(
            float[] sum, int width, int height, int cells, float weight, SplittableRandom random) {
        byte[] grid = new byte[cells * cells * 3];
        random.nextBytes(grid);
        try (Mat coarse = new Mat(cells, cells, CV_8UC3);
                Mat fine = new Mat();
                org.bytedeco.opencv.opencv_core.Size size = new org.bytedeco.opencv.opencv_core.Size(width, height)) {
            coarse.data().put(grid);
            resize(coarse, fine, size, 0, 0, INTER_CUBIC);
            byte[] enlarged = new byte[sum.length];
            fine.data().get(enlarged);
            for (int i = 0; i < sum.length; i++) {
                sum[i] += weight * (enlarged[i] & 0xff);
            }
        }
    }
}
