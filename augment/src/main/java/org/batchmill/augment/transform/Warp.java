package org.batchmill.augment.transform;

import static org.bytedeco.opencv.global.opencv_core.BORDER_CONSTANT;
import static org.bytedeco.opencv.global.opencv_core.BORDER_ISOLATED;
import static org.bytedeco.opencv.global.opencv_core.BORDER_REPLICATE;
import static org.bytedeco.opencv.global.opencv_core.CV_64FC1;
import static org.bytedeco.opencv.global.opencv_core.copyMakeBorder;
import static org.bytedeco.opencv.global.opencv_core.flip;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LINEAR;
import static org.bytedeco.opencv.global.opencv_imgproc.WARP_INVERSE_MAP;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;
import static org.bytedeco.opencv.global.opencv_imgproc.warpAffine;
import static org.bytedeco.opencv.global.opencv_imgproc.warpPerspective;

import org.batchmill.augment.pixels.Image;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;

/**
 * Draws a placed image in one warp, bilinear, and recolours it. A window of whole pixels, flipped or not, which is what darknet's jitter and plain
 * resizing make, is drawn by OpenCV's resize, which takes a third of the time of its general warp. One that is enlarged is turned and recoloured
 * before, if its policy's pixel steps are pointwise: there are fewer pixels then.
 */
public final class Warp {

    /** Of a pixel: the window of a placement built from whole pixels is off by rounding only. */
    private static final double WHOLE = 1e-6;

    private static final int BORDERED = 10;
    private static final int UNFLIPPED = 11;
    private static final int MATRIX = 9;

    /** A window of the image, to be recoloured where other draws may want the image as it is. */
    private static final int WINDOW = UNFLIPPED;

    private final Workbench bench;
    private final double[] back = new double[9];

    public Warp(Workbench bench) {
        this.bench = bench;
    }

    /**
     * Draws and recolours.
     *
     * @param image   the pixels, perhaps reduced by scaled decoding
     * @param placement from the image's original to a canvas of the target's size
     * @param policy    says what lies outside the image, and has the pixel steps
     * @param key       that they are drawn from
     * @param random    started again for each step
     * @param target    of the image's type; every pixel is written
     */
    public void draw(Image image, Homography placement, Policy policy, long key, RandomStream random, Mat target) {
        Border border = policy.border();
        placement.inverse(back);
        for (int i = 0; i < 3; i++) {
            back[i] *= image.scaleX();
            back[3 + i] *= image.scaleY();
        }
        Mat source = image.mat();
        int width = target.cols();
        int height = target.rows();
        int kind = border.edge() ? BORDER_REPLICATE : BORDER_CONSTANT;
        Scalar fill = bench.scalar(border.red(), border.green(), border.blue(), 0);
        if (placement.axisAligned() && drawWindow(source, kind, fill, policy, key, random, target)) {
            return;
        }
        centrePixels(back);
        if (placement.affine()) {
            warpAffine(
                    source, target, matrix(2), bench.size(width, height), INTER_LINEAR | WARP_INVERSE_MAP, kind, fill);
        } else {
            warpPerspective(
                    source, target, matrix(3), bench.size(width, height), INTER_LINEAR | WARP_INVERSE_MAP, kind, fill);
        }
        policy.colour(target, bench, key, random);
    }

    private boolean drawWindow(
            Mat source, int kind, Scalar fill, Policy policy, long key, RandomStream random, Mat target) {
        int width = target.cols();
        int height = target.rows();
        boolean flipped = back[0] < 0;
        double exactWidth = Math.abs(back[0]) * width;
        double exactHeight = back[4] * height;
        double exactLeft = flipped ? back[2] - exactWidth : back[2];
        double exactTop = back[5];
        if (!whole(exactLeft) || !whole(exactTop) || !whole(exactWidth) || !whole(exactHeight)) {
            return false;
        }
        int left = (int) Math.rint(exactLeft);
        int top = (int) Math.rint(exactTop);
        int right = left + (int) Math.rint(exactWidth);
        int bottom = top + (int) Math.rint(exactHeight);
        int insideLeft = Math.max(left, 0);
        int insideTop = Math.max(top, 0);
        int insideRight = Math.min(right, source.cols());
        int insideBottom = Math.min(bottom, source.rows());
        if (insideLeft >= insideRight || insideTop >= insideBottom) {
            return false;
        }
        try (Mat inside = new Mat(
                source, bench.rect(insideLeft, insideTop, insideRight - insideLeft, insideBottom - insideTop))) {
            Mat window = inside;
            if (insideLeft > left || insideTop > top || insideRight < right || insideBottom < bottom) {
                window = bench.scratch(BORDERED, bottom - top, right - left, source.type());
                copyMakeBorder(
                        inside,
                        window,
                        insideTop - top,
                        bottom - insideBottom,
                        insideLeft - left,
                        right - insideRight,
                        kind | BORDER_ISOLATED,
                        fill);
            }
            if ((long) window.rows() * window.cols() < (long) width * height && policy.pointwise()) {
                Mat turned = bench.scratch(WINDOW, window.rows(), window.cols(), source.type());
                if (flipped) {
                    flip(window, turned, 1);
                } else {
                    window.copyTo(turned);
                }
                policy.colour(turned, bench, key, random);
                resize(turned, target, bench.size(width, height), 0, 0, INTER_LINEAR);
                return true;
            }
            Mat straight = flipped ? bench.scratch(UNFLIPPED, height, width, source.type()) : target;
            resize(window, straight, bench.size(width, height), 0, 0, INTER_LINEAR);
            if (flipped) {
                flip(straight, target, 1);
            }
        }
        policy.colour(target, bench, key, random);
        return true;
    }

    private static boolean whole(double value) {
        return Math.abs(value - Math.rint(value)) < WHOLE;
    }

    /** From our coordinates, in which pixel k has its centre at k + 1/2, to OpenCV's, in which it is at k. */
    private static void centrePixels(double[] m) {
        for (int row = 0; row < 3; row++) {
            m[3 * row + 2] += (m[3 * row] + m[3 * row + 1]) / 2;
        }
        for (int column = 0; column < 3; column++) {
            m[column] -= m[6 + column] / 2;
            m[3 + column] -= m[6 + column] / 2;
        }
    }

    private Mat matrix(int rows) {
        Mat matrix = bench.scratch(MATRIX, rows, 3, CV_64FC1);
        try (DoublePointer values = new DoublePointer(matrix.data())) {
            values.put(back, 0, 3 * rows);
        }
        return matrix;
    }
}
