package org.batchmill.jobs.samples;

import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_BGR2RGB;
import static org.bytedeco.opencv.global.opencv_imgproc.cvtColor;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import org.batchmill.augment.pixels.OpenCv;
import org.batchmill.records.Box;
import org.batchmill.records.Content;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleId;
import org.batchmill.records.SampleSource;
import org.batchmill.records.UsageException;
import org.bytedeco.opencv.opencv_core.Mat;

/** Samples that are made when they are read: {@code sample:shapes, digits, road, line, table}. Safe for use by many threads. */
public final class DrawnSamples implements SampleSource.Indexed {

    /** The side of an image of shapes in pixels. */
    static final int SHAPES_WIDTH = 320;

    static final int SHAPES_HEIGHT = 240;

    private static final List<String> DIGITS =
            IntStream.range(0, 10).mapToObj(Integer::toString).toList();

    private final List<String> classes;
    private final long size;
    private final LongFunction<Sample> draw;
    private final LongFunction<Described> describe;

    /** Of samples whose labels come out of drawing them. */
    private DrawnSamples(List<String> classes, long size, LongFunction<Sample> draw) {
        this(classes, size, draw, index -> {
            Sample drawn = draw.apply(index);
            return new Described(drawn.id(), drawn.labels());
        });
    }

    /** Of samples that are known without drawing them. */
    private DrawnSamples(List<String> classes, long size, LongFunction<Sample> draw, LongFunction<Described> describe) {
        this.classes = classes;
        this.size = size;
        this.draw = draw;
        this.describe = describe;
    }

    /**
     * The samples of this name.
     *
     * @param validation whether those to validate on, which share nothing with the others
     * @param classes    of digits: only these; empty for all
     * @throws UsageException if there are none of this name
     */
    public static DrawnSamples named(String name, boolean validation, List<String> classes) {
        long seed = validation ? 2 : 1;
        return switch (name) {
            case "shapes" -> shapes(validation ? 200 : 1000, seed);
            case "digits" -> digits(validation ? 2000 : 10_000, seed, classes.isEmpty() ? DIGITS : classes);
            case "road" -> road(validation ? 250 : 1000, seed);
            case "line" ->
                new DrawnSamples(
                        List.of(),
                        LessonTables.linePoints(validation),
                        index -> LessonTables.linePoint(validation, (int) index));
            case "table" ->
                new DrawnSamples(List.of(), validation ? 500 : 1000, index -> LessonTables.tableRow(seed, index));
            default ->
                throw UsageException.unknownName(
                        "drawn data set", name, List.of("shapes", "digits", "road", "line", "table"));
        };
    }

    /** Images of shapes with their boxes. */
    public static DrawnSamples shapes(long size, long seed) {
        return new DrawnSamples(ShapesImage.CLASSES, size, index -> {
            OpenCv.require();
            SplittableRandom random = random(seed, index);
            try (Mat image = Background.draw(SHAPES_WIDTH, SHAPES_HEIGHT, random);
                    Mat rgb = new Mat()) {
                List<Box> boxes = ShapesImage.draw(image, random);
                cvtColor(image, rgb, COLOR_BGR2RGB);
                byte[] pixels = new byte[SHAPES_WIDTH * SHAPES_HEIGHT * 3];
                rgb.data().get(pixels);
                return new Sample(
                        new SampleId("shapes-" + seed + "/" + index),
                        new Content.RawImage(ByteBuffer.wrap(pixels), SHAPES_HEIGHT, SHAPES_WIDTH, 3),
                        new Labels.Boxes(boxes));
            }
        });
    }

    /**
     * Digits, as often each.
     *
     * @param classes which of them: {@code 0} to {@code 9}
     */
    public static DrawnSamples digits(long size, long seed, List<String> classes) {
        for (String name : classes) {
            if (!DIGITS.contains(name)) {
                throw new UsageException("no digit is called " + name);
            }
        }
        List<String> drawn = List.copyOf(classes);
        LongFunction<Described> describe = index ->
                new Described(new SampleId("digits-" + seed + "/" + index), new Labels.ClassLabel(drawn.get((int)
                        (index % drawn.size()))));
        return new DrawnSamples(
                drawn,
                size,
                index -> {
                    OpenCv.require();
                    Described known = describe.apply(index);
                    int digit = Integer.parseInt(drawn.get((int) (index % drawn.size())));
                    byte[] pixels = DigitImage.draw(digit, random(seed, index));
                    return new Sample(
                            known.id(),
                            new Content.RawImage(ByteBuffer.wrap(pixels), DigitImage.SIDE, DigitImage.SIDE, 1),
                            known.labels());
                },
                describe);
    }

    /** The frames of one drive along a road, with the steering. */
    public static DrawnSamples road(int size, long seed) {
        RoadDrive drive = new RoadDrive(seed, size);
        LongFunction<Described> describe = index ->
                new Described(SampleId.ofFrame("road-" + seed, index), new Labels.Steering(drive.angle((int) index)));
        return new DrawnSamples(
                List.of(),
                size,
                index -> {
                    OpenCv.require();
                    Described known = describe.apply(index);
                    return new Sample(
                            known.id(),
                            new Content.RawImage(
                                    ByteBuffer.wrap(RoadDataSet.rgb(drive, (int) index)),
                                    RoadImage.HEIGHT,
                                    RoadImage.WIDTH,
                                    3),
                            known.labels());
                },
                describe);
    }

    /** What a sample looks like depends on the seed and its index alone. */
    static SplittableRandom random(long seed, long index) {
        return new SplittableRandom(new SampleId(seed + "/" + index).hash());
    }

    @Override
    public List<String> classes() {
        return classes;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public Sample read(long index) {
        return draw.apply(index);
    }

    @Override
    public Labels labels(long index) {
        return describe(index).labels();
    }

    @Override
    public Described describe(long index) {
        return describe.apply(index);
    }

    @Override
    public void close() {
        // Nothing is held between two reads.
    }
}
