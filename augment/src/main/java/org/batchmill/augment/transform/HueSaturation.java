package org.batchmill.augment.transform;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_core.LUT;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_HSV2RGB_FULL;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_RGB2HSV_FULL;
import static org.bytedeco.opencv.global.opencv_imgproc.cvtColor;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Adds in HSV: hue U(-hue, hue), saturation and value likewise, each on its own; saturation and value are clamped. Hue has 256
 * steps here. A grey image changes its value only.
 *
 * @param hue        degrees, 0 to 180
 * @param saturation 0 to 1
 * @param value      0 to 1
 */
public record HueSaturation(double hue, double saturation, double value) implements PixelTransform {

    private static final int LEVELS = 256;

    @Override
    public void apply(Mat pixels, Workbench bench, RandomStream random) {
        int h = (int) Math.rint(random.uniform(-hue, hue) / 360 * LEVELS);
        int s = (int) Math.rint(random.uniform(-saturation, saturation) * 255);
        int v = (int) Math.rint(random.uniform(-value, value) * 255);
        if (pixels.channels() == 1) {
            pixels.convertTo(pixels, -1, 1, v);
            return;
        }
        Mat table = bench.scratch(0, 1, LEVELS, CV_8UC3);
        try (BytePointer entries = new BytePointer(table.data())) {
            for (int i = 0; i < LEVELS; i++) {
                entries.put(3L * i, (byte) (i + h));
                entries.put(3L * i + 1, (byte) Math.max(0, Math.min(255, i + s)));
                entries.put(3L * i + 2, (byte) Math.max(0, Math.min(255, i + v)));
            }
        }
        Mat hsv = bench.scratch(1, pixels.rows(), pixels.cols(), CV_8UC3);
        cvtColor(pixels, hsv, COLOR_RGB2HSV_FULL);
        LUT(hsv, table, hsv);
        cvtColor(hsv, pixels, COLOR_HSV2RGB_FULL);
    }
}
