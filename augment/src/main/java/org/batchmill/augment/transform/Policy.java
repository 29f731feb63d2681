package org.batchmill.augment.transform;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_core.extractChannel;
import static org.bytedeco.opencv.global.opencv_core.insertChannel;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * A mixture of transforms: what happens to every sample on its way into a batch. Immutable. The geometry of all steps comes first,
 * fused into one warp; then the pixel steps in their order.
 *
 * @param steps         in order
 * @param fit           how the result is brought to the batch's size
 * @param border        what lies outside the image
 * @param boxes         which boxes survive
 * @param steering      how a steering angle follows the image
 * @param mixing        whether several samples go into one image
 * @param normalization for batches of floats
 */
public record Policy(
        List<Step> steps,
        Fit fit,
        Border border,
        BoxSurvival boxes,
        SteeringRule steering,
        Mixing mixing,
        Normalization normalization) {

    /**
     * A transform that happens now and then.
     *
     * @param probability 0 to 1
     */
    public record Step(Transform transform, double probability) {
        public Step {
            Ranges.require(probability >= 0 && probability <= 1, "steps: 0 <= p <= 1");
        }
    }

    private static final int FRAME_CHANNELS = 3;
    private static final int FRAME = 8;

    public Policy {
        steps = List.copyOf(steps);
    }

    /** No augmentation: the image is stretched to the batch's size. */
    public static final Policy NONE = new Policy(
            List.of(),
            Fit.STRETCH,
            Border.EDGE,
            BoxSurvival.KEEP,
            SteeringRule.DEFAULT,
            Mixing.NONE,
            new Normalization.Unit());

    /**
     * Darknet's for YOLO v1: jitter 0.2, a flip of every other image, and colour in HSV.
     *
     * @param hue        0 for yolo-tiny (2015), 0.1 for the later yolov1-tiny
     * @param saturation 1.5 and 0.75
     * @param exposure   1.5 and 0.75
     */
    public static Policy forYolo(double hue, double saturation, double exposure) {
        return NONE.with(new DarknetJitter(0.2))
                .with(new Flip(), 0.5)
                .with(new DarknetColour(hue, saturation, exposure))
                .withBoxes(BoxSurvival.DARKNET);
    }

    /** {@link #forYolo(double, double, double)} of the 2015 network: hue 0, saturation 1.5, exposure 1.5. */
    public static Policy forYolo() {
        return forYolo(0, 1.5, 1.5);
    }

    /**
     * For steering from a front camera: flips, small shifts and turns with the angle corrected, and light that changes. The sky and
     * the bonnet are not cut off: what to cut depends on the camera, see {@link Crop}.
     */
    public static Policy forSteering() {
        return NONE.with(new Flip(), 0.5)
                .with(new Translate(0.1, 0.05), 0.5)
                .with(new Rotate(2), 0.5)
                .with(new DarknetColour(0, 1.2, 1.4));
    }

    /** With one more step, which always happens. */
    public Policy with(Transform transform) {
        return with(transform, 1);
    }

    /** With one more step, which happens with a probability. */
    public Policy with(Transform transform, double probability) {
        List<Step> more = new ArrayList<>(steps);
        more.add(new Step(transform, probability));
        return new Policy(more, fit, border, boxes, steering, mixing, normalization);
    }

    public Policy withFit(Fit fit, Border border) {
        return new Policy(steps, fit, border, boxes, steering, mixing, normalization);
    }

    public Policy withBoxes(BoxSurvival boxes) {
        return new Policy(steps, fit, border, boxes, steering, mixing, normalization);
    }

    public Policy withSteering(SteeringRule steering) {
        return new Policy(steps, fit, border, boxes, steering, mixing, normalization);
    }

    public Policy withMixing(Mixing mixing) {
        return new Policy(steps, fit, border, boxes, steering, mixing, normalization);
    }

    public Policy withNormalization(Normalization normalization) {
        return new Policy(steps, fit, border, boxes, steering, mixing, normalization);
    }

    /**
     * The part of an image's sides that is enlarged to the whole batch image, with crops that always happen and no others: what
     * chance does in training must not decide how an image is decoded, or the trained network would be evaluated on other pixels.
     */
    public double fixedSpan() {
        double span = 1;
        for (Step step : steps) {
            if (step.transform() instanceof Crop crop && step.probability() == 1) {
                span *= crop.span();
            }
        }
        return span;
    }

    /**
     * Places one sample: all geometric steps, drawn from the key's parts.
     *
     * @param placement reset to the original's size; a canvas of the policy's own size afterwards
     * @param key       of this sample in this epoch
     * @param random    started again for each step
     */
    public void place(Homography placement, long key, RandomStream random) {
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            if (step.transform() instanceof GeometricTransform geometry) {
                random.reset(RandomStream.key(key, i));
                if (random.chance(step.probability())) {
                    geometry.place(placement, random);
                }
            }
        }
    }

    /**
     * Recolours one image: all pixel steps, drawn from the key's parts. Of stacked frames, each is recoloured alike.
     *
     * @param pixels 1 or 3 channels, or a multiple of 3
     */
    void colour(Mat pixels, Workbench bench, long key, RandomStream random) {
        if (pixels.channels() <= FRAME_CHANNELS) {
            colourFrame(pixels, bench, key, random);
            return;
        }
        Mat frame = bench.scratch(FRAME, pixels.rows(), pixels.cols(), CV_8UC3);
        for (int first = 0; first < pixels.channels(); first += FRAME_CHANNELS) {
            for (int channel = 0; channel < FRAME_CHANNELS; channel++) {
                Mat plane = bench.scratch(0, pixels.rows(), pixels.cols(), CV_8UC1);
                extractChannel(pixels, plane, first + channel);
                insertChannel(plane, frame, channel);
            }
            colourFrame(frame, bench, key, random);
            for (int channel = 0; channel < FRAME_CHANNELS; channel++) {
                Mat plane = bench.scratch(0, pixels.rows(), pixels.cols(), CV_8UC1);
                extractChannel(frame, plane, channel);
                insertChannel(plane, pixels, first + channel);
            }
        }
    }

    /** Whether there are pixel steps, and all are {@linkplain PixelTransform#pointwise pointwise}. */
    boolean pointwise() {
        boolean some = false;
        for (Step step : steps) {
            if (step.transform() instanceof PixelTransform colour) {
                if (!colour.pointwise()) {
                    return false;
                }
                some = true;
            }
        }
        return some;
    }

    private void colourFrame(Mat pixels, Workbench bench, long key, RandomStream random) {
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            if (step.transform() instanceof PixelTransform colour) {
                random.reset(RandomStream.key(key, i));
                if (random.chance(step.probability())) {
                    colour.apply(pixels, bench, random);
                }
            }
        }
    }

    /**
     * Reads a policy from YAML, in the form that docs/augment.md shows.
     *
     * @throws org.batchmill.records.UsageException if it is no policy
     */
    public static Policy fromYaml(String yaml) {
        return PolicyYaml.read(yaml);
    }

    /** The policy as YAML that {@link #fromYaml} takes back. Steps of the user's own cannot be written. */
    public String toYaml() {
        return PolicyYaml.write(this);
    }
}
