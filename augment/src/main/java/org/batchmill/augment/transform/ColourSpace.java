package org.batchmill.augment.transform;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_RGB2BGR;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_RGB2HSV_FULL;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_RGB2YUV;
import static org.bytedeco.opencv.global.opencv_imgproc.cvtColor;

import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Hands the network another colour space than RGB; the last step of a policy, because the others expect RGB. A grey image stays
 * as it is; for grey batches of one channel ask for a batch of one channel instead.
 *
 * @param space what the three channels become
 */
public record ColourSpace(Space space) implements PixelTransform {

    /** Orders and meanings of three channels. */
    public enum Space {
        /** Red last. */
        BGR,
        /** BT.601, U and V around 128. */
        YUV,
        /** Hue from 0 to 255 for the circle. */
        HSV
    }

    @Override
    public void apply(Mat pixels, Workbench bench, RandomStream random) {
        if (pixels.channels() == 1) {
            return;
        }
        Mat rgb = bench.scratch(0, pixels.rows(), pixels.cols(), CV_8UC3);
        pixels.copyTo(rgb);
        cvtColor(
                rgb,
                pixels,
                switch (space) {
                    case BGR -> COLOR_RGB2BGR;
                    case YUV -> COLOR_RGB2YUV;
                    case HSV -> COLOR_RGB2HSV_FULL;
                });
    }
}
