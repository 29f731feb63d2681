package org.batchmill.augment.transform;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_GRAY2RGB;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_RGB2GRAY;
import static org.bytedeco.opencv.global.opencv_imgproc.cvtColor;

import org.bytedeco.opencv.opencv_core.Mat;

/** Takes the colours away: {@code 0.299 R + 0.587 G + 0.114 B} in all channels. */
public record Grey() implements PixelTransform {

    @Override
    public void apply(Mat pixels, Workbench bench, RandomStream random) {
        if (pixels.channels() == 1) {
            return;
        }
        Mat grey = bench.scratch(0, pixels.rows(), pixels.cols(), CV_8UC1);
        cvtColor(pixels, grey, COLOR_RGB2GRAY);
        cvtColor(grey, pixels, COLOR_GRAY2RGB);
    }
}
