package org.batchmill.augment.pixels;

import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_JPEG_QUALITY;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_PNG_COMPRESSION;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imencode;

import java.io.IOException;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Image files in memory, by OpenCV. Pixels have 8 bits a channel, and one channel, or three with blue first. Safe for use by many threads.
 */
public final class ImageEncoder {

    private ImageEncoder() {}

    /**
     * A PNG file, compressed as OpenCV likes it best.
     *
     * @throws IOException if OpenCV does not take the image
     */
    public static byte[] png(Mat image) throws IOException {
        return encode(".png", image);
    }

    /**
     * A PNG file.
     *
     * @param compression 0, fast, to 9, small
     * @throws IOException if OpenCV does not take the image
     */
    public static byte[] png(Mat image, int compression) throws IOException {
        return encode(".png", image, IMWRITE_PNG_COMPRESSION, compression);
    }

    /**
     * A JPEG file.
     *
     * @param quality 1 to 100
     * @throws IOException if OpenCV does not take the image
     */
    public static byte[] jpeg(Mat image, int quality) throws IOException {
        return encode(".jpg", image, IMWRITE_JPEG_QUALITY, quality);
    }

    private static byte[] encode(String suffix, Mat image, int... settings) throws IOException {
        try (BytePointer encoded = new BytePointer();
                IntPointer parameters = new IntPointer(settings)) {
            if (!imencode(suffix, image, encoded, parameters)) {
                throw new IOException(
                        "OpenCV cannot make a " + suffix + " of " + image.cols() + " x " + image.rows() + " pixels");
            }
            byte[] file = new byte[Math.toIntExact(encoded.limit())];
            encoded.get(file);
            return file;
        }
    }
}
