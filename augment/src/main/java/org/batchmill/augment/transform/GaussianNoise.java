package org.batchmill.augment.transform;

import static org.bytedeco.opencv.global.opencv_core.CV_16SC;
import static org.bytedeco.opencv.global.opencv_core.CV_8U;
import static org.bytedeco.opencv.global.opencv_core.add;
import static org.bytedeco.opencv.global.opencv_core.randn;
import static org.bytedeco.opencv.global.opencv_core.setRNGSeed;

import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Adds normal noise, independent in every pixel and channel.
 *
 * @param deviation the largest standard deviation, in levels of 0 to 255; each image draws its own, U(0, deviation)
 */
public record GaussianNoise(double deviation) implements PixelTransform {

    public GaussianNoise {
        Ranges.require(deviation >= 0, "gaussian-noise: 0 <= deviation");
    }

    @Override
    public void apply(Mat pixels, Workbench bench, RandomStream random) {
        Mat noise = bench.scratch(0, pixels.rows(), pixels.cols(), CV_16SC(pixels.channels()));
        Mat mean = bench.value(1, 0);
        Mat spread = bench.value(2, random.uniform(0, deviation));
        // Seeds the calling thread's generator only.
        setRNGSeed((int) random.nextLong());
        randn(noise, mean, spread);
        add(pixels, noise, pixels, null, CV_8U);
    }
}
