package org.batchmill.benchmarks;

import static org.bytedeco.opencv.global.opencv_core.BORDER_REPLICATE;
import static org.bytedeco.opencv.global.opencv_core.CV_64FC1;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC1;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_core.LUT;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_COLOR_RGB;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imdecode;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_HSV2RGB;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_RGB2HSV;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LINEAR;
import static org.bytedeco.opencv.global.opencv_imgproc.WARP_INVERSE_MAP;
import static org.bytedeco.opencv.global.opencv_imgproc.cvtColor;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;
import static org.bytedeco.opencv.global.opencv_imgproc.warpAffine;
import static org.bytedeco.opencv.global.opencv_imgproc.warpPerspective;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.batchmill.augment.BatchPool;
import org.batchmill.augment.DecodedSample;
import org.batchmill.augment.PooledBatch;
import org.batchmill.augment.SampleAssembler;
import org.batchmill.augment.decode.ImageDecoder;
import org.batchmill.augment.transform.Border;
import org.batchmill.augment.transform.Brightness;
import org.batchmill.augment.transform.ColourSpace;
import org.batchmill.augment.transform.Contrast;
import org.batchmill.augment.transform.Cutout;
import org.batchmill.augment.transform.DarknetColour;
import org.batchmill.augment.transform.DarknetJitter;
import org.batchmill.augment.transform.Exposure;
import org.batchmill.augment.transform.Fit;
import org.batchmill.augment.transform.Flip;
import org.batchmill.augment.transform.GaussianBlur;
import org.batchmill.augment.transform.GaussianNoise;
import org.batchmill.augment.transform.GeometricTransform;
import org.batchmill.augment.transform.Grey;
import org.batchmill.augment.transform.HueSaturation;
import org.batchmill.augment.transform.JpegQuality;
import org.batchmill.augment.transform.MedianBlur;
import org.batchmill.augment.transform.Mixing;
import org.batchmill.augment.transform.MotionBlur;
import org.batchmill.augment.transform.Perspective;
import org.batchmill.augment.transform.PixelTransform;
import org.batchmill.augment.transform.Policy;
import org.batchmill.augment.transform.RandomResizedCrop;
import org.batchmill.augment.transform.RandomStream;
import org.batchmill.augment.transform.Rotate;
import org.batchmill.augment.transform.SaltAndPepper;
import org.batchmill.augment.transform.Scale;
import org.batchmill.augment.transform.Shear;
import org.batchmill.augment.transform.Translate;
import org.batchmill.augment.transform.Workbench;
import org.batchmill.batches.Batch;
import org.batchmill.batches.BatchShape;
import org.batchmill.benchmarks.results.Column;
import org.batchmill.benchmarks.results.Median;
import org.batchmill.benchmarks.results.ResultTable;
import org.batchmill.queues.pipeline.Draw;
import org.batchmill.records.Content;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleId;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * What each transform costs beside the bare OpenCV calls, on one thread, milliseconds of processor time an image. Both sides
 * take turns within each round and the median over the rounds is printed, so that a busy machine slows both alike.
 *
 * <pre>java ... org.batchmill.benchmarks.AugmentCosts FOLDER_OF_JPEGS [SIDE] [ROUNDS]</pre>
 */
public final class AugmentCosts implements AutoCloseable {

    private static final int IMAGES = 24;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private interface Work {
        void on(int image) throws Exception;
    }

    private final int side;
    private final int rounds;
    private final List<AutoCloseable> open = new ArrayList<>();
    private long epoch;
    private final List<Sample> samples = new ArrayList<>();
    private final List<BytePointer> files = new ArrayList<>();
    private final List<Mat> encoded = new ArrayList<>();
    private final List<Mat> decoded = new ArrayList<>();
    private final BufferAllocator allocator = new RootAllocator();
    private final ImageDecoder decoder = new ImageDecoder(allocator);
    private final BatchPool pool;
    private final PooledBatch batch;
    private final Mat row;
    private final Mat hsv = new Mat();
    private final Mat quarter = new Mat();
    private final Size size;
    private final Scalar black = new Scalar(0.0);
    private final Mat affine = new Mat(2, 3, CV_64FC1);
    private final Mat projective = new Mat(3, 3, CV_64FC1);
    private final Mat table = new Mat(1, 256, CV_8UC3, new Scalar(90, 120, 130, 0));

    private AugmentCosts(Path folder, int side, int rounds) throws Exception {
        this.side = side;
        this.rounds = rounds;
        pool = new BatchPool(new BatchShape(1, side, side, 3, Batch.Format.UINT8_NHWC), 1, allocator);
        batch = pool.open();
        row = new Mat(side, side, CV_8UC3);
        size = new Size(side, side);
        List<Path> paths;
        try (Stream<Path> all = Files.list(folder)) {
            paths = all.filter(path -> path.toString().endsWith(".jpg"))
                    .sorted()
                    .limit(IMAGES)
                    .toList();
        }
        for (Path path : paths) {
            byte[] bytes = Files.readAllBytes(path);
            samples.add(new Sample(
                    SampleId.ofFile(path.getFileName()),
                    new Content.EncodedImage(ByteBuffer.wrap(bytes)),
                    Labels.NONE));
            BytePointer file = new BytePointer(bytes);
            files.add(file);
            encoded.add(new Mat(1, bytes.length, CV_8UC1, file));
            decoded.add(imdecode(encoded.get(encoded.size() - 1), IMREAD_COLOR_RGB));
        }
        put(affine, -1.31, 0, 600.4, 0, 1.02, -10.7);
        put(projective, 1.31, 0.02, -30.4, 0.01, 1.02, -10.7, 1e-5, 2e-5, 1);
    }

    private static void put(Mat matrix, double... values) {
        try (DoublePointer pointer = new DoublePointer(matrix.data())) {
            pointer.put(values, 0, values.length);
        }
    }

    public static void main(String[] arguments) throws Exception {
        int side = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 448;
        int rounds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 15;
        try (AugmentCosts costs = new AugmentCosts(Path.of(arguments[0]), side, rounds)) {
            costs.describe();
            try (ResultTable results = ResultTable.of(
                    AugmentCosts.class,
                    arguments,
                    Column.text("work"),
                    Column.number("ours ms", 3),
                    Column.number("bare ms", 3),
                    Column.number("ratio", 2))) {
                costs.run(results);
            }
        }
    }

    private void describe() {
        double pixels = decoded.stream().mapToLong(Mat::total).average().orElseThrow();
        System.out.printf(
                Locale.ROOT,
                "%d images of %.2f megapixels on average, to %d x %d%n%n",
                samples.size(),
                pixels / 1e6,
                side,
                side);
    }

    private void run(ResultTable results) throws Exception {
        Work bareDecode = i -> imdecode(encoded.get(i), IMREAD_COLOR_RGB).close();
        Work bareResize = i -> resize(decoded.get(i), row, size, 0, 0, INTER_LINEAR);
        Work bareWarp = i ->
                warpAffine(decoded.get(i), row, affine, size, INTER_LINEAR | WARP_INVERSE_MAP, BORDER_REPLICATE, black);
        Work barePerspective = i -> warpPerspective(
                decoded.get(i), row, projective, size, INTER_LINEAR | WARP_INVERSE_MAP, BORDER_REPLICATE, black);
        Work bareHsv = i -> {
            cvtColor(row, hsv, COLOR_RGB2HSV);
            LUT(hsv, table, hsv);
            cvtColor(hsv, row, COLOR_HSV2RGB);
        };
        bareResize.on(0);
        compare(results, "decode", i -> decoder.decode(bytes(i), "x", 3).close(), bareDecode);
        compare(results, "decode + resize (policy none)", whole(Policy.NONE), both(bareDecode, bareResize));
        compare(results, "decode + YOLO policy", whole(Policy.forYolo()), both(bareDecode, both(bareWarp, bareHsv)));
        compare(
                results,
                "YOLO policy: jitter, flip, saturation, exposure",
                drawn(Policy.forYolo()),
                both(bareWarp, bareHsv));
        compare(results, "YOLO policy with hue", drawn(Policy.forYolo(0.1, 1.5, 1.5)), both(bareWarp, bareHsv));
        compare(results, "resize", drawn(Policy.NONE), bareResize);
        compare(results, "letterbox", drawn(Policy.NONE.withFit(Fit.LETTERBOX, Border.GREY)), bareResize);
        compare(results, "darknet jitter", drawn(Policy.NONE.with(new DarknetJitter(0.2))), bareWarp);
        compare(
                results,
                "jitter + flip",
                drawn(Policy.NONE.with(new DarknetJitter(0.2)).with(new Flip(), 0.5)),
                bareWarp);
        compare(
                results,
                "random resized crop",
                drawn(Policy.NONE.with(new RandomResizedCrop(0.3, 1, 0.75, 1.33))),
                bareWarp);
        for (GeometricTransform transform :
                List.of(new Translate(0.1, 0.1), new Rotate(10), new Scale(0.8, 1.25), new Shear(8, 8))) {
            compare(results, name(transform), drawn(Policy.NONE.with(transform)), bareWarp);
        }
        compare(results, "perspective", drawn(Policy.NONE.with(new Perspective(0.1))), barePerspective);
        compare(results, "darknet colour, no hue", colour(new DarknetColour(0, 1.5, 1.5)), bareHsv);
        compare(results, "darknet colour, hue 0.1", colour(new DarknetColour(0.1, 1.5, 1.5)), bareHsv);
        compare(results, "hue/saturation, additive", colour(new HueSaturation(20, 0.2, 0.2)), bareHsv);
        for (PixelTransform transform : List.of(
                new Brightness(0.2),
                new Contrast(0.7, 1.3),
                new Exposure(0.5),
                new Grey(),
                new GaussianBlur(0.5, 1.5),
                new MedianBlur(1),
                new MotionBlur(9),
                new GaussianNoise(10),
                new SaltAndPepper(0.01),
                new Cutout(2, 0.3),
                new JpegQuality(30, 90),
                new ColourSpace(ColourSpace.Space.YUV))) {
            compare(results, name(transform), colour(transform), null);
        }
        Policy mosaic = Policy.forYolo().withMixing(new Mixing(Mixing.Kind.MOSAIC, 1));
        compare(results, "mosaic: 4 decodes, 4 quarters", mixed(mosaic, 3), i -> {
            for (int k = 0; k < 4; k++) {
                int which = (i + k) % samples.size();
                bareDecode.on(which);
                quarterWarp(which);
                quarterHsv();
            }
        });
        compare(
                results,
                "mixup: 2 decodes",
                mixed(Policy.forYolo().withMixing(new Mixing(Mixing.Kind.MIXUP, 1)), 1),
                i -> {
                    for (int k = 0; k < 2; k++) {
                        int which = (i + k) % samples.size();
                        bareDecode.on(which);
                        bareWarp.on(which);
                        bareHsv.on(which);
                    }
                });
    }

    private void quarterWarp(int image) {
        try (Size half = new Size(side / 2, side / 2)) {
            warpAffine(
                    decoded.get(image),
                    quarter,
                    affine,
                    half,
                    INTER_LINEAR | WARP_INVERSE_MAP,
                    BORDER_REPLICATE,
                    black);
        }
    }

    private void quarterHsv() {
        cvtColor(quarter, hsv, COLOR_RGB2HSV);
        LUT(hsv, table, hsv);
        cvtColor(hsv, quarter, COLOR_HSV2RGB);
    }

    private ByteBuffer bytes(int image) {
        return EncodedBytes.of(samples.get(image));
    }

    private static String name(Object transform) {
        return transform.toString();
    }

    private static Work both(Work first, Work second) {
        return i -> {
            first.on(i);
            second.on(i);
        };
    }

    /** Decoding and drawing. */
    private Work whole(Policy policy) {
        return mixed(policy, 0);
    }

    private Work mixed(Policy policy, int partners) {
        SampleAssembler assembler = new SampleAssembler(pool, decoder, policy, allocator);
        open.add(assembler);
        return i -> {
            Draw draw = new Draw(1, epoch++, i);
            List<DecodedSample> all = new ArrayList<>(4);
            for (int k = 0; k <= partners; k++) {
                all.add(assembler.decode(samples.get((i + k) % samples.size()), draw));
            }
            assembler.write(batch, 0, all.get(0), all.subList(1, all.size()), draw);
            all.forEach(assembler::release);
        };
    }

    /** Drawing alone: the images were decoded before. */
    private Work drawn(Policy policy) throws Exception {
        SampleAssembler assembler = new SampleAssembler(pool, decoder, policy, allocator);
        open.add(assembler);
        List<List<DecodedSample>> keys = new ArrayList<>();
        for (int i = 0; i < samples.size(); i++) {
            List<DecodedSample> several = new ArrayList<>();
            for (int k = 0; k < 2; k++) {
                several.add(assembler.decode(samples.get(i), new Draw(1, k, i)));
            }
            keys.add(several);
            open.add(() -> several.forEach(assembler::release));
        }
        return i -> assembler.write(batch, 0, keys.get(i).get((int) (epoch++ % 2)), List.of(), new Draw(1, 0, i));
    }

    private Work colour(PixelTransform transform) {
        Workbench bench = new Workbench(allocator);
        open.add(bench);
        RandomStream random = new RandomStream(1);
        Mat pixels = new Mat(side, side, CV_8UC3);
        resize(decoded.get(0), pixels, size, 0, 0, INTER_LINEAR);
        Mat fresh = pixels.clone();
        return i -> {
            // Colours drift into black or white if they are changed again and again.
            if (i == 0) {
                fresh.copyTo(pixels);
            }
            transform.apply(pixels, bench, random);
        };
    }

    private void compare(ResultTable results, String name, Work ours, Work bare) throws Exception {
        double[] a = new double[rounds];
        double[] b = new double[rounds];
        for (int round = -2; round < rounds; round++) {
            double first = time(ours);
            double second = bare == null ? 0 : time(bare);
            if (round >= 0) {
                a[round] = first;
                b[round] = second;
            }
        }
        double x = Median.of(a);
        double y = Median.of(b);
        results.row(name, x, bare == null ? null : y, bare == null ? null : x / y);
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
        open.clear();
    }

    private double time(Work work) throws Exception {
        long start = THREADS.getCurrentThreadCpuTime();
        for (int i = 0; i < samples.size(); i++) {
            work.on(i);
        }
        return (THREADS.getCurrentThreadCpuTime() - start) / 1e6 / samples.size();
    }

    @Override
    public void close() {
        batch.close();
        pool.close();
        decoder.close();
        decoded.forEach(Mat::close);
        encoded.forEach(Mat::close);
        files.forEach(BytePointer::close);
        allocator.close();
    }
}
