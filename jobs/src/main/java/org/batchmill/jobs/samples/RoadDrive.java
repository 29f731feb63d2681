package org.batchmill.jobs.samples;

import java.util.SplittableRandom;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * One drive along a drawn road: bends that follow each other, and a car that leaves the middle now and then and steers back. The angle
 * at each frame is what holds the car on the road: the road's curvature and a correction of the offset, in -1 to 1, positive to the
 * right. Frame i is a function of the seed and of i alone once the drive is made.
 */
final class RoadDrive {

    static final double FRAMES_A_SECOND = 14;

    private static final double METRES_A_FRAME = 1;
    private static final double SHARPEST = .02;
    private static final double ANGLE_OF_CURVATURE = 40;
    private static final double ANGLE_OF_OFFSET = .15;

    private final long seed;
    private final double[] curvatures;
    private final double[] offsets;

    RoadDrive(long seed, int frames) {
        this.seed = seed;
        this.curvatures = new double[frames];
        this.offsets = new double[frames];
        SplittableRandom random = new SplittableRandom(seed);
        double curvature = 0;
        double goal = 0;
        double offset = 0;
        double push = 0;
        for (int i = 0; i < frames; i++) {
            if (i % 30 == 0) {
                goal = random.nextInt(3) == 0 ? 0 : SHARPEST * (2 * random.nextDouble() - 1);
                push = random.nextInt(3) == 0 ? .08 * (2 * random.nextDouble() - 1) : 0;
            }
            curvature += .1 * (goal - curvature);
            offset = .96 * offset + push;
            curvatures[i] = curvature;
            offsets[i] = offset;
        }
    }

    int frames() {
        return curvatures.length;
    }

    /** The view of a frame, BGR; the caller closes it. */
    Mat image(int frame) {
        return RoadImage.draw(curvatures[frame], offsets[frame], frame * METRES_A_FRAME, seed * 1_000_003 + frame);
    }

    /** Positive to the right: along the bend, and back to the middle. */
    float angle(int frame) {
        double angle = ANGLE_OF_CURVATURE * curvatures[frame] - ANGLE_OF_OFFSET * offsets[frame];
        return (float) Math.max(-1, Math.min(1, angle));
    }
}
