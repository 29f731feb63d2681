package org.batchmill.jobs.bench;

import static org.bytedeco.opencv.global.opencv_core.BORDER_REPLICATE;
import static org.bytedeco.opencv.global.opencv_core.CV_64FC1;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_core.addWeighted;
import static org.bytedeco.opencv.global.opencv_core.extractChannel;
import static org.bytedeco.opencv.global.opencv_core.max;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_COLOR_RGB;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imdecode;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_GRAY2RGB;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LINEAR;
import static org.bytedeco.opencv.global.opencv_imgproc.WARP_INVERSE_MAP;
import static org.bytedeco.opencv.global.opencv_imgproc.cvtColor;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;
import static org.bytedeco.opencv.global.opencv_imgproc.warpAffine;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.batchmill.augment.pixels.OpenCv;
import org.batchmill.augment.transform.Policy;
import org.batchmill.batches.BatchShape;
import org.batchmill.records.Content;
import org.batchmill.records.DataException;
import org.batchmill.records.SampleSource;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * The ceiling of an input pipeline in OpenCV's own calls, with nothing of ours among them: the files' bytes lie in memory, and each thread decodes,
 * resizes and, for the policy of YOLO, warps and changes the colours of one image after the other in the same memory. The calls are those of a
 * program that somebody would write by hand: whole images are decoded, not fractions of large ones.
 */
final class PlainLoop implements Ceiling {

    /** More would not be the images' cost but the memory's. */
    private static final long MOST_BYTES = 1L << 30;

    /** What is left of an image between the jitter's sides, and typical factors of its colours: they cost the same whatever they are. */
    private static final double PART = .9;

    private static final double SATURATION = 1.2;
    private static final double EXPOSURE = 1.1;

    private static final int FLAGS = IMREAD_COLOR_RGB | IMREAD_IGNORE_ORIENTATION;

    /** A file's bytes, and the size of its image, 0 of one that OpenCV does not decode. */
    private record Encoded(BytePointer bytes, int rows, int cols) {

        static Encoded of(BytePointer bytes) {
            try (Mat encoded = new Mat(1, (int) bytes.capacity(), CV_8UC1, bytes);
                    Mat decoded = imdecode(encoded, FLAGS)) {
                return new Encoded(bytes, decoded.rows(), decoded.cols());
            }
        }
    }

    private final List<Encoded> files;
    private final int threads;
    private final int width;
    private final int height;
    private final boolean augments;

    private PlainLoop(List<Encoded> files, int threads, BatchShape shape, boolean augments) {
        this.files = files;
        this.threads = threads;
        this.width = shape.width();
        this.height = shape.height();
        this.augments = augments;
    }

    /**
     * Reads the samples; those that cannot be read are left out.
     *
     * @return empty where there is no such loop: for another policy than none and YOLO's, for samples that are no encoded images, and for
     *         more of them than fit into a gibibyte
     */
    static Optional<PlainLoop> of(SampleSource.Indexed source, Policy policy, BatchShape shape, int threads)
            throws IOException {
        boolean augments = policy.equals(Policy.forYolo());
        if (!augments && !policy.equals(Policy.NONE)) {
            return Optional.empty();
        }
        OpenCv.require();
        List<Encoded> files = new ArrayList<>();
        PlainLoop loop = new PlainLoop(files, threads, shape, augments);
        long bytes = 0;
        for (long i = 0; i < source.size(); i++) {
            Optional<ByteBuffer> file = encoded(source, i);
            bytes += file.map(ByteBuffer::remaining).orElse(0);
            if (file.isEmpty() || bytes > MOST_BYTES) {
                loop.close();
                return Optional.empty();
            }
            if (file.get().hasRemaining()) {
                BytePointer copy = new BytePointer((long) file.get().remaining());
                copy.asBuffer().put(file.get());
                files.add(Encoded.of(copy));
            }
        }
        return Optional.of(loop);
    }

    /** A file's bytes, none of one that cannot be read; empty if it is no encoded image. */
    private static Optional<ByteBuffer> encoded(SampleSource.Indexed source, long index) throws IOException {
        try {
            return source.read(index).content() instanceof Content.EncodedImage image
                    ? Optional.of(image.bytes().duplicate())
                    : Optional.empty();
        } catch (DataException e) {
            return Optional.of(ByteBuffer.allocate(0));
        }
    }

    @Override
    public double imagesPerSecond(long epochs) throws IOException, InterruptedException {
        return LoopThreads.perSecond(threads, epochs * files.size(), Plain::new);
    }

    @Override
    public String kind() {
        return "plain OpenCV, files in memory";
    }

    @Override
    public void close() {
        files.forEach(file -> file.bytes.close());
        files.clear();
    }

    /** A thread's images. */
    private final class Plain implements LoopThreads.Worker {

        /** Large enough for any of the images: memory that OpenCV takes for each size anew can cost more than decoding. */
        private final BytePointer memory = new BytePointer(Math.max(
                1,
                files.stream()
                        .mapToLong(file -> 3L * file.rows * file.cols)
                        .max()
                        .orElse(1)));

        private Mat decoded;
        private final Mat row = new Mat(height, width, CV_8UC3);
        private final Mat value = new Mat();
        private final Mat channel = new Mat();
        private final Mat values = new Mat();
        private final Mat map = new Mat(2, 3, CV_64FC1);
        private final Size size = new Size(width, height);
        private final Scalar border = new Scalar(0.0);

        @Override
        public boolean work(long number) {
            Encoded file = files.get((int) (number % files.size()));
            if (file.rows == 0) {
                return false;
            }
            try (Mat bytes = new Mat(1, (int) file.bytes.capacity(), CV_8UC1, file.bytes);
                    Mat image = new Mat(file.rows, file.cols, CV_8UC3, memory)) {
                decoded = image;
                imdecode(bytes, FLAGS, decoded);
                if (augments) {
                    warp(number % 2 == 0);
                    changeColours();
                } else {
                    resize(decoded, row, size, 0, 0, INTER_LINEAR);
                }
            }
            return true;
        }

        private void warp(boolean flipped) {
            double x = PART * decoded.cols() / width;
            double y = PART * decoded.rows() / height;
            double left = decoded.cols() * (1 - PART) / 2;
            double top = decoded.rows() * (1 - PART) / 2;
            try (DoublePointer values = new DoublePointer(map.data())) {
                values.put(flipped ? -x : x, 0, flipped ? decoded.cols() - left : left, 0, y, top);
            }
            warpAffine(decoded, row, map, size, INTER_LINEAR | WARP_INVERSE_MAP, BORDER_REPLICATE, border);
        }

        /** Saturation and exposure as one weighted sum with the largest channel, which is cheaper than the way over HSV. */
        private void changeColours() {
            extractChannel(row, value, 0);
            for (int i = 1; i < 3; i++) {
                extractChannel(row, channel, i);
                max(value, channel, value);
            }
            cvtColor(value, values, COLOR_GRAY2RGB);
            addWeighted(row, EXPOSURE * SATURATION, values, EXPOSURE * (1 - SATURATION), 0, row);
        }

        @Override
        public void close() {
            List.of(row, value, channel, values, map).forEach(Mat::close);
            size.close();
            border.close();
            memory.close();
        }
    }
}
