package org.batchmill.augment;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC;
import static org.bytedeco.opencv.global.opencv_core.flip;
import static org.bytedeco.opencv.global.opencv_core.transpose;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;

/** Image files made for tests. */
public final class Images {

    private Images() {}

    /** A grey image, black with a white rectangle. */
    public static Mat mark(int width, int height, int left, int top, int right, int bottom) {
        byte[] pixels = new byte[width * height];
        for (int y = top; y < bottom; y++) {
            for (int x = left; x < right; x++) {
                pixels[y * width + x] = -1;
            }
        }
        return mat(width, height, 1, pixels);
    }

    /** An image that changes smoothly, so that every codec keeps it well: red grows to the right, green downwards, blue is 90. */
    public static Mat gradient(int width, int height, int channels) {
        byte[] pixels = new byte[width * height * channels];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int at = (y * width + x) * channels;
                pixels[at + channels - 1] = (byte) (255 * x / width);
                if (channels >= 3) {
                    // OpenCV's encoders take BGR and BGRA.
                    pixels[at] = 90;
                    pixels[at + 1] = (byte) (255 * y / height);
                    pixels[at + 2] = (byte) (255 * x / width);
                }
                if (channels == 4) {
                    pixels[at + 3] = (byte) (y % 256);
                }
            }
        }
        return mat(width, height, channels, pixels);
    }

    private static Mat mat(int width, int height, int channels, byte[] pixels) {
        Mat mat = new Mat(height, width, CV_8UC(channels));
        mat.data().put(pixels);
        return mat;
    }

    public static byte[] encode(String suffix, Mat image) {
        try (BytePointer bytes = new BytePointer()) {
            if (!opencv_imgcodecs.imencode(suffix, image, bytes)) {
                throw new IllegalStateException("cannot encode " + suffix);
            }
            byte[] file = new byte[(int) bytes.limit()];
            bytes.get(file);
            return file;
        }
    }

    public static byte[] jpeg(Mat image) {
        return encode(".jpg", image);
    }

    /** The image as a camera stores it that says the given orientation: turning it upright gives the image back. */
    public static Mat turnedBack(Mat upright, int orientation) {
        Mat out = new Mat();
        switch (orientation) {
            case 2 -> flip(upright, out, 1);
            case 3 -> flip(upright, out, -1);
            case 4 -> flip(upright, out, 0);
            case 5 -> transpose(upright, out);
            case 6 -> {
                flip(upright, out, 1);
                transpose(out.clone(), out);
            }
            case 7 -> {
                flip(upright, out, -1);
                transpose(out.clone(), out);
            }
            case 8 -> {
                flip(upright, out, 0);
                transpose(out.clone(), out);
            }
            default -> upright.copyTo(out);
        }
        return out;
    }
}
