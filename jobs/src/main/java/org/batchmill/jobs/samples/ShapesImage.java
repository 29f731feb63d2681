package org.batchmill.jobs.samples;

import static org.bytedeco.opencv.global.opencv_imgproc.LINE_AA;
import static org.bytedeco.opencv.global.opencv_imgproc.fillPoly;
import static org.bytedeco.opencv.global.opencv_imgproc.polylines;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.batchmill.records.Box;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.MatVector;
import org.bytedeco.opencv.opencv_core.Scalar;

/**
 * Draws circles, squares and triangles of any colour, size and rotation over a background, none hidden by another by more than a
 * little. What is drawn is a function of the random stream.
 */
final class ShapesImage {

    static final List<String> CLASSES = List.of("circle", "square", "triangle");

    /** A circle is drawn as a polygon of so many corners. */
    private static final int CIRCLE_CORNERS = 48;

    /** OpenCV draws polygons at so many binary digits below the pixel. */
    private static final int SUBPIXEL_BITS = 4;

    /** The least difference of a shape from its background, summed over the three channels. */
    private static final int MIN_CONTRAST = 150;

    private ShapesImage() {}

    /** Draws onto {@code image} (BGR) and returns the boxes of what it drew. */
    static List<Box> draw(Mat image, SplittableRandom random) {
        int width = image.cols();
        int height = image.rows();
        int wanted = 1 + random.nextInt(4);
        List<Box> boxes = new ArrayList<>();
        for (int attempt = 0; boxes.size() < wanted && attempt < 40; attempt++) {
            int kind = random.nextInt(CLASSES.size());
            double radius = height * (0.11 + 0.14 * random.nextDouble());
            double[][] corners = corners(kind, radius, random.nextDouble() * 2 * Math.PI);
            double cx = radius + random.nextDouble() * (width - 2 * radius);
            double cy = radius + random.nextDouble() * (height - 2 * radius);
            Box box = boxAround(CLASSES.get(kind), corners, cx, cy, width, height);
            if (boxes.stream().anyMatch(other -> overlaps(other, box))) {
                continue;
            }
            fill(image, corners, cx, cy, random);
            boxes.add(box);
        }
        return boxes;
    }

    private static double[][] corners(int kind, double radius, double rotation) {
        int count =
                switch (kind) {
                    case 0 -> CIRCLE_CORNERS;
                    case 1 -> 4;
                    default -> 3;
                };
        double[][] corners = new double[count][2];
        for (int i = 0; i < count; i++) {
            double angle = rotation + 2 * Math.PI * i / count;
            corners[i][0] = radius * Math.cos(angle);
            corners[i][1] = radius * Math.sin(angle);
        }
        return corners;
    }

    private static Box boxAround(String name, double[][] corners, double cx, double cy, int width, int height) {
        double left = Double.MAX_VALUE;
        double top = Double.MAX_VALUE;
        double right = -Double.MAX_VALUE;
        double bottom = -Double.MAX_VALUE;
        for (double[] corner : corners) {
            left = Math.min(left, corner[0]);
            right = Math.max(right, corner[0]);
            top = Math.min(top, corner[1]);
            bottom = Math.max(bottom, corner[1]);
        }
        return new Box(
                name,
                (float) ((cx + left) / width),
                (float) ((cy + top) / height),
                (float) ((cx + right) / width),
                (float) ((cy + bottom) / height));
    }

    /** More than a tenth of the smaller box is shared. */
    private static boolean overlaps(Box a, Box b) {
        float w = Math.min(a.xmax(), b.xmax()) - Math.max(a.xmin(), b.xmin());
        float h = Math.min(a.ymax(), b.ymax()) - Math.max(a.ymin(), b.ymin());
        return w > 0 && h > 0 && w * h > 0.1f * Math.min(a.width() * a.height(), b.width() * b.height());
    }

    private static void fill(Mat image, double[][] corners, double cx, double cy, SplittableRandom random) {
        int[] fixed = new int[corners.length * 2];
        for (int i = 0; i < corners.length; i++) {
            fixed[2 * i] = (int) Math.round((cx + corners[i][0]) * (1 << SUBPIXEL_BITS));
            fixed[2 * i + 1] = (int) Math.round((cy + corners[i][1]) * (1 << SUBPIXEL_BITS));
        }
        try (IntPointer points = new IntPointer(fixed);
                Mat polygon = new Mat(corners.length, 1, org.bytedeco.opencv.global.opencv_core.CV_32SC2, points);
                MatVector polygons = new MatVector(polygon);
                Scalar inside = colourAgainst(image, (int) cx, (int) cy, random);
                Scalar edge = colour(random);
                org.bytedeco.opencv.opencv_core.Point origin = new org.bytedeco.opencv.opencv_core.Point(0, 0)) {
            fillPoly(image, polygons, inside, LINE_AA, SUBPIXEL_BITS, origin);
            if (random.nextBoolean()) {
                polylines(image, polygons, true, edge, 1 + random.nextInt(3), LINE_AA, SUBPIXEL_BITS);
            }
        }
    }

    /** A colour that stands out from the background: shapes nobody could see would teach nothing. */
    private static Scalar colourAgainst(Mat image, int x, int y, SplittableRandom random) {
        int[] colour = new int[3];
        int distance;
        do {
            distance = 0;
            for (int c = 0; c < 3; c++) {
                colour[c] = random.nextInt(256);
                distance += Math.abs(colour[c] - (image.ptr(y, x).get(c) & 0xff));
            }
        } while (distance < MIN_CONTRAST);
        return new Scalar(colour[0], colour[1], colour[2], 0);
    }

    private static Scalar colour(SplittableRandom random) {
        return new Scalar(random.nextInt(256), random.nextInt(256), random.nextInt(256), 0);
    }
}
