package org.batchmill.augment.transform;

import static org.bytedeco.opencv.global.opencv_core.addWeighted;
import static org.bytedeco.opencv.global.opencv_core.max;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_GRAY2RGB;
import static org.bytedeco.opencv.global.opencv_imgproc.cvtColor;

import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Darknet's colours: in HSV, the hue turns by U(-hue, hue) of the circle, saturation and value are multiplied by U(1, s) or its
 * reciprocal, and only the RGB that comes out is clamped.
 *
 * <p>Without a turn of the hue no HSV is needed. With V the largest channel, a channel is V - VS f where f depends on the hue
 * alone; so the factors s and e make c' = e (V - s (V - c)) = e s c + e (1 - s) V: one weighted sum over the pixels, which is
 * exact where a round trip through 8-bit HSV loses up to two levels, and takes a third of its time.
 *
 * @param hue        fraction of the circle, 0 to 0.5
 * @param saturation factor, above 0; s and 1/s mean the same
 * @param exposure   factor, above 0
 */
public record DarknetColour(double hue, double saturation, double exposure) implements PixelTransform {

    public DarknetColour {
        Ranges.require(
                hue >= 0 && hue <= 0.5 && saturation > 0 && exposure > 0,
                "darknet-colour: 0 <= hue <= 0.5, saturation and exposure above 0");
    }

    @Override
    public void apply(Mat pixels, Workbench bench, RandomStream random) {
        double turn = random.uniform(-hue, hue);
        double s = factor(saturation, random);
        double e = factor(exposure, random);
        apply(pixels, bench, turn, s, e);
    }

    /** {@inheritDoc} With a turn of the hue, colours between two others may go round the other side of the circle. */
    @Override
    public boolean pointwise() {
        return hue == 0;
    }

    /** U(1, limit) or, every other time, its reciprocal. */
    private static double factor(double limit, RandomStream random) {
        double scale = random.uniform(1, limit);
        return random.chance(0.5) ? scale : 1 / scale;
    }

    /**
     * The colours for given factors. A grey image has no saturation and no hue: only the exposure counts.
     *
     * @param turn of the hue, as a fraction of the circle
     */
    static void apply(Mat pixels, Workbench bench, double turn, double saturation, double exposure) {
        if (pixels.channels() == 1) {
            pixels.convertTo(pixels, -1, exposure, 0);
            return;
        }
        Planes planes = bench.planes();
        planes.split(pixels);
        Mat value = planes.temporary(0);
        max(planes.colour(0), planes.colour(1), value);
        max(value, planes.colour(2), value);
        if (turn != 0) {
            HueTurn.apply(planes, value, turn);
            planes.mergeTurned(pixels);
        }
        Mat values = bench.scratch(0, pixels.rows(), pixels.cols(), pixels.type());
        cvtColor(value, values, COLOR_GRAY2RGB);
        addWeighted(pixels, exposure * saturation, values, exposure * (1 - saturation), 0, pixels);
    }
}
