package org.batchmill.it;

import static org.bytedeco.opencv.global.opencv_core.CV_64FC1;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_core.randn;
import static org.bytedeco.opencv.global.opencv_core.setRNGSeed;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imwrite;
import static org.bytedeco.opencv.global.opencv_imgproc.circle;
import static org.bytedeco.opencv.global.opencv_imgproc.line;
import static org.bytedeco.opencv.global.opencv_imgproc.rectangle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Point;
import org.bytedeco.opencv.opencv_core.Scalar;

/** Draws images of six classes into a folder a class: each of its own size, in bright colours on dark noise. */
public final class DrawnClasses {

    /** In the order of the outputs. */
    public static final List<String> CLASSES = List.of("bar", "cross", "disc", "ring", "slope", "square");

    private DrawnClasses() {}

    /** Writes {@code CLASS/NUMBER.png}, the same for the same seed. */
    public static void write(Path folder, int each, int seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        setRNGSeed(seed);
        for (String name : CLASSES) {
            Files.createDirectories(folder.resolve(name));
            for (int i = 0; i < each; i++) {
                try (Mat image = draw(name, random)) {
                    imwrite(folder.resolve(name).resolve(i + ".png").toString(), image);
                }
            }
        }
    }

    private static Mat draw(String name, SplittableRandom random) {
        int height = 48 + random.nextInt(48);
        int width = 48 + random.nextInt(48);
        Mat image = new Mat(height, width, CV_8UC3);
        int radius = Math.min(height, width) / 4 + random.nextInt(4);
        int x = width / 2 + random.nextInt(-4, 5);
        int y = height / 2 + random.nextInt(-4, 5);
        try (Scalar mean = new Scalar(50);
                Mat means = new Mat(1, 1, CV_64FC1, mean);
                Scalar deviation = new Scalar(12);
                Mat deviations = new Mat(1, 1, CV_64FC1, deviation);
                Scalar colour =
                        new Scalar(150 + random.nextInt(100), 150 + random.nextInt(100), 150 + random.nextInt(100), 0);
                Point centre = new Point(x, y);
                Point left = new Point(x - radius, y);
                Point right = new Point(x + radius, y);
                Point top = new Point(x, y - radius);
                Point bottom = new Point(x, y + radius);
                Point topLeft = new Point(x - radius, y - radius);
                Point bottomRight = new Point(x + radius, y + radius)) {
            randn(image, means, deviations);
            switch (name) {
                case "bar" -> line(image, left, right, colour, 8, 8, 0);
                case "cross" -> {
                    line(image, left, right, colour, 6, 8, 0);
                    line(image, top, bottom, colour, 6, 8, 0);
                }
                case "disc" -> circle(image, centre, radius, colour, -1, 8, 0);
                case "ring" -> circle(image, centre, radius, colour, 5, 8, 0);
                case "slope" -> line(image, topLeft, bottomRight, colour, 8, 8, 0);
                default -> rectangle(image, topLeft, bottomRight, colour, -1, 8, 0);
            }
        }
        return image;
    }
}
