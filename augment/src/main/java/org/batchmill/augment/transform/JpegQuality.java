package org.batchmill.augment.transform;

import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_COLOR_RGB;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_GRAYSCALE;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_JPEG_QUALITY;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imdecode;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imencode;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_RGB2BGR;
import static org.bytedeco.opencv.global.opencv_imgproc.cvtColor;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Writes the image as a JPEG of poor quality and reads it again. OpenCV allocates the file in between: the one transform that
 * needs memory of an image's size for a moment.
 *
 * @param min quality, 1 to 100
 * @param max quality, min to 100
 */
public record JpegQuality(int min, int max) implements PixelTransform {

    public JpegQuality {
        Ranges.require(min >= 1 && min <= max && max <= 100, "jpeg-quality: 1 <= min <= max <= 100");
    }

    @Override
    public void apply(Mat pixels, Workbench bench, RandomStream random) {
        boolean grey = pixels.channels() == 1;
        Mat source = pixels;
        if (!grey) {
            source = bench.scratch(0, pixels.rows(), pixels.cols(), pixels.type());
            cvtColor(pixels, source, COLOR_RGB2BGR);
        }
        int quality = min + random.below(max - min + 1);
        try (BytePointer file = new BytePointer();
                IntPointer options = new IntPointer(IMWRITE_JPEG_QUALITY, quality)) {
            imencode(".jpg", source, file, options);
            try (Mat encoded = new Mat(file)) {
                imdecode(encoded, grey ? IMREAD_GRAYSCALE : IMREAD_COLOR_RGB, pixels)
                        .close();
            }
        }
    }
}
