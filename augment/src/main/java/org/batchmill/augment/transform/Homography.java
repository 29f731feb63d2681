package org.batchmill.augment.transform;

import java.util.Arrays;
import org.batchmill.batches.ImageMapping;
import org.batchmill.records.Box;

/**
 * Where an image's points go: a 3 x 3 homography from pixels of the original to pixels of a canvas, built up step by step, and
 * what the steps do to a steering angle. Continuous coordinates: pixel k covers [k, k+1). Used by one thread at a time.
 */
public final class Homography {

    /** Below this a point is on or behind the horizon of a perspective. */
    private static final double HORIZON = 1e-6;

    private final double[] matrix = new double[9];
    private final double[] product = new double[9];
    private final double[] point = new double[2];
    private int sourceWidth;
    private int sourceHeight;
    private double width;
    private double height;
    private double steeringSign;
    private double steeringShift;

    /** The original image, unmoved, on a canvas of its size. */
    public void reset(int sourceWidth, int sourceHeight) {
        Arrays.fill(matrix, 0);
        matrix[0] = 1;
        matrix[4] = 1;
        matrix[8] = 1;
        this.sourceWidth = sourceWidth;
        this.sourceHeight = sourceHeight;
        width = sourceWidth;
        height = sourceHeight;
        steeringSign = 1;
        steeringShift = 0;
    }

    /** Of the canvas, in its pixels. */
    public double width() {
        return width;
    }

    /** Of the canvas, in its pixels. */
    public double height() {
        return height;
    }

    /** Of the original, in pixels. */
    public int sourceWidth() {
        return sourceWidth;
    }

    /** Of the original, in pixels. */
    public int sourceHeight() {
        return sourceHeight;
    }

    /** Element {@code row, column} of the homography from the original to the canvas. */
    public double element(int row, int column) {
        return matrix[3 * row + column];
    }

    /** The canvas becomes this window of itself, which may reach beyond its edges. A steering angle stays as it is. */
    public void window(double left, double top, double windowWidth, double windowHeight) {
        compose(1, 0, -left, 0, 1, -top, 0, 0, 1);
        width = windowWidth;
        height = windowHeight;
    }

    /** The canvas is stretched to another size. */
    public void stretch(double newWidth, double newHeight) {
        compose(newWidth / width, 0, 0, 0, newHeight / height, 0, 0, 0, 1);
        width = newWidth;
        height = newHeight;
    }

    /** Left and right are exchanged; a steering angle changes its sign. */
    public void flip() {
        compose(-1, 0, width, 0, 1, 0, 0, 0, 1);
        steeringSign = -steeringSign;
        steeringShift = -steeringShift;
    }

    /**
     * The canvas' content is moved by a homography given row by row. Its steering shift is how far the look-ahead point, which
     * is half the width across and a quarter of the height down, moves to the right, in widths of the canvas.
     */
    public void move(double a, double b, double c, double d, double e, double f, double g, double h, double i) {
        compose(a, b, c, d, e, f, g, h, i);
        double x = width / 2;
        double y = height / 4;
        steeringShift += (a * x + b * y + c) / (g * x + h * y + i) / width - 0.5;
    }

    /** As {@link #move}, about the middle of the canvas instead of its upper left corner. Affine. */
    public void moveAboutMiddle(double a, double b, double d, double e) {
        double x = width / 2;
        double y = height / 2;
        move(a, b, x - a * x - b * y, d, e, y - d * x - e * y, 0, 0, 1);
    }

    /** As {@link #window}, drawn at random: a steering angle follows the way of the middle. */
    public void randomWindow(double left, double top, double windowWidth, double windowHeight) {
        steeringShift += (width / 2 - left) / windowWidth - 0.5;
        window(left, top, windowWidth, windowHeight);
    }

    /** 1, or -1 after an odd number of flips. */
    public double steeringSign() {
        return steeringSign;
    }

    /** How far the view moved to the right, in widths of the canvas, as the flipped image shows it. */
    public double steeringShift() {
        return steeringShift;
    }

    private void compose(double a, double b, double c, double d, double e, double f, double g, double h, double i) {
        double[] m = matrix;
        double[] p = product;
        for (int k = 0; k < 3; k++) {
            p[k] = a * m[k] + b * m[3 + k] + c * m[6 + k];
            p[3 + k] = d * m[k] + e * m[3 + k] + f * m[6 + k];
            p[6 + k] = g * m[k] + h * m[3 + k] + i * m[6 + k];
        }
        System.arraycopy(p, 0, m, 0, 9);
    }

    /** True if lines along the axes stay along the axes. */
    boolean axisAligned() {
        return matrix[1] == 0 && matrix[3] == 0 && affine();
    }

    boolean affine() {
        return matrix[6] == 0 && matrix[7] == 0;
    }

    /**
     * The smallest upright box around the image of a box.
     *
     * @param box fractions of the original
     * @param out xmin, ymin, xmax, ymax as fractions of the canvas, not clipped
     * @return false if part of it lies behind the horizon of a perspective: then it has no image
     */
    public boolean project(Box box, double[] out) {
        out[0] = Double.POSITIVE_INFINITY;
        out[1] = Double.POSITIVE_INFINITY;
        out[2] = Double.NEGATIVE_INFINITY;
        out[3] = Double.NEGATIVE_INFINITY;
        for (int corner = 0; corner < 4; corner++) {
            double x = (corner & 1) == 0 ? box.xmin() : box.xmax();
            double y = (corner & 2) == 0 ? box.ymin() : box.ymax();
            if (!project(x * sourceWidth, y * sourceHeight)) {
                return false;
            }
            out[0] = Math.min(out[0], point[0] / width);
            out[1] = Math.min(out[1], point[1] / height);
            out[2] = Math.max(out[2], point[0] / width);
            out[3] = Math.max(out[3], point[1] / height);
        }
        return true;
    }

    private boolean project(double x, double y) {
        double w = matrix[6] * x + matrix[7] * y + matrix[8];
        if (w < HORIZON) {
            return false;
        }
        point[0] = (matrix[0] * x + matrix[1] * y + matrix[2]) / w;
        point[1] = (matrix[3] * x + matrix[4] * y + matrix[5]) / w;
        return true;
    }

    /**
     * The homography back, from pixels of the canvas to pixels of the original, row by row, with 1 as its last element where
     * that is possible.
     */
    void inverse(double[] out) {
        double[] m = matrix;
        out[0] = m[4] * m[8] - m[5] * m[7];
        out[1] = m[2] * m[7] - m[1] * m[8];
        out[2] = m[1] * m[5] - m[2] * m[4];
        out[3] = m[5] * m[6] - m[3] * m[8];
        out[4] = m[0] * m[8] - m[2] * m[6];
        out[5] = m[2] * m[3] - m[0] * m[5];
        out[6] = m[3] * m[7] - m[4] * m[6];
        out[7] = m[1] * m[6] - m[0] * m[7];
        out[8] = m[0] * m[4] - m[1] * m[3];
        double scale = out[8] == 0 ? 1 : 1 / out[8];
        for (int i = 0; i < 9; i++) {
            out[i] *= scale;
        }
    }

    /**
     * The way back for boxes found on the canvas: exact for crops, stretches and flips; of other moves the axis-aligned part.
     *
     * @param left   where the canvas lies in the batch's image, in its pixels
     * @param top    likewise
     * @param across the batch's image's width in pixels
     * @param down   the batch's image's height in pixels
     */
    public ImageMapping mapping(double left, double top, double across, double down) {
        double[] back = product;
        inverse(back);
        double spanX = back[0] * across / sourceWidth;
        double spanY = back[4] * down / sourceHeight;
        return new ImageMapping(
                sourceWidth,
                sourceHeight,
                (back[2] - back[0] * left) / sourceWidth,
                (back[5] - back[4] * top) / sourceHeight,
                spanX,
                spanY);
    }
}
