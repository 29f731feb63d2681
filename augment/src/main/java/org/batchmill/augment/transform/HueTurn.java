package org.batchmill.augment.transform;

import static org.bytedeco.opencv.global.opencv_core.CMP_GE;
import static org.bytedeco.opencv.global.opencv_core.add;
import static org.bytedeco.opencv.global.opencv_core.bitwise_and;
import static org.bytedeco.opencv.global.opencv_core.bitwise_xor;
import static org.bytedeco.opencv.global.opencv_core.compare;
import static org.bytedeco.opencv.global.opencv_core.max;
import static org.bytedeco.opencv.global.opencv_core.min;
import static org.bytedeco.opencv.global.opencv_core.subtract;

import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Turns the hue of HSV's hexagon without going there. Over the hue, a channel is a trapezoid between m and M, the smallest and
 * the largest channel: level for two sectors of 60 degrees, a straight flank for one. Where a channel c stands on it is told by the
 * two others: with n the next channel (green for red) and p the previous one, c is on its top or falling flank where n >= p, and
 * M - n of its top is still ahead. Turning by x sectors, x at most 1, so takes it to
 *
 * <pre>
 *   n >= p:  c + (M - n) - x (M - m)     between m and M
 *   n &lt; p:   c - (n - m) + x (M - m)     between m and M
 * </pre>
 *
 * Turning backwards exchanges n and p.
 */
final class HueTurn {

    private static final int SECTORS = 6;
    private static final int COLOURS = 3;

    private HueTurn() {}

    /**
     * Turns the planes' colours into the second set.
     *
     * @param largest the largest channel, in {@code temporary(0)}
     * @param turn    as a fraction of the circle, -0.5 to 0.5
     */
    static void apply(Planes planes, Mat largest, double turn) {
        Mat smallest = planes.temporary(1);
        min(planes.colour(0), planes.colour(1), smallest);
        min(smallest, planes.colour(2), smallest);
        Mat chroma = planes.temporary(2);
        subtract(largest, smallest, chroma);
        int next = turn > 0 ? 1 : 2;
        double left = Math.abs(turn) * SECTORS;
        boolean first = true;
        while (left > 0) {
            if (!first) {
                for (int channel = 0; channel < COLOURS; channel++) {
                    planes.turned(channel).copyTo(planes.colour(channel));
                }
            }
            Mat way = planes.temporary(3);
            chroma.convertTo(way, -1, Math.min(left, 1), 0);
            for (int channel = 0; channel < COLOURS; channel++) {
                turn(
                        planes,
                        planes.colour(channel),
                        planes.colour((channel + next) % COLOURS),
                        planes.colour((channel + COLOURS - next) % COLOURS),
                        planes.turned(channel));
            }
            left -= 1;
            first = false;
        }
    }

    /**
     * One channel. Bytes saturate at 0, so the signed way is kept as two unsigned parts, of which one is 0; masks choose by exclusive
     * or: {@code b ^ ((a ^ b) & mask)} is a where the mask is set and b elsewhere.
     */
    private static void turn(Planes planes, Mat channel, Mat next, Mat previous, Mat out) {
        Mat largest = planes.temporary(0);
        Mat smallest = planes.temporary(1);
        Mat way = planes.temporary(3);
        Mat falling = planes.temporary(4);
        Mat level = planes.temporary(5);
        Mat raise = planes.temporary(6);
        Mat lower = planes.temporary(7);

        compare(next, previous, falling, CMP_GE);
        subtract(largest, next, level);
        subtract(next, smallest, raise);
        choose(level, raise, falling, lower, level);

        subtract(way, level, raise);
        subtract(level, way, lower);
        // Falling, what is left of the level raises and the way lowers; rising, they change places.
        bitwise_xor(lower, raise, level);
        bitwise_and(level, falling, level);
        bitwise_xor(raise, level, raise);
        bitwise_xor(lower, level, lower);
        add(channel, raise, out);
        min(out, largest, out);
        subtract(out, lower, out);
        max(out, smallest, out);
    }

    private static void choose(Mat a, Mat b, Mat mask, Mat scratch, Mat out) {
        bitwise_xor(a, b, scratch);
        bitwise_and(scratch, mask, scratch);
        bitwise_xor(b, scratch, out);
    }
}
