package org.batchmill.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;
import javax.imageio.ImageIO;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.batchmill.augment.ImageInput;
import org.batchmill.augment.transform.DarknetJitter;
import org.batchmill.augment.transform.Policy;
import org.batchmill.augment.transform.RandomResizedCrop;
import org.batchmill.batches.Batch;
import org.batchmill.batches.BatchShape;
import org.batchmill.ingest.sources.SourceOptions;
import org.batchmill.ingest.sources.Sources;
import org.batchmill.jobs.input.PipelineBatches;
import org.batchmill.jobs.input.SampleBatches;
import org.batchmill.jobs.options.InputOptions;
import org.batchmill.queues.pipeline.PipelineListener;
import org.batchmill.records.Box;
import org.batchmill.records.Content;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleId;
import org.batchmill.records.SampleSource;
import org.batchmill.testing.ExifJpeg;
import org.batchmill.train.detection.Detection;
import org.batchmill.train.detection.DetectionEvaluation;
import org.batchmill.train.detection.DetectionTask;
import org.batchmill.video.VideoCodec;
import org.batchmill.video.VideoFrame;
import org.batchmill.video.VideoReader;
import org.batchmill.video.VideoWriter;
import org.batchmill.video.WriterOptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The bytes that reach a network, by every way that leads there. Images are noisy: a decoder that reduces and one that does not
 * then differ by far more than rounding, and so do the boxes that are found.
 */
class ShownPixelsTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int HEIGHT = 48;
    private static final int WIDTH = 64;
    private static final BatchShape SHAPE = new BatchShape(2, HEIGHT, WIDTH, 3, Batch.Format.UINT8_NHWC);

    /** Zooms in by chance, and never has that chance. */
    private static final Policy ZOOMING =
            Policy.NONE.with(new RandomResizedCrop(.01, .02, 1, 1), 0).with(new DarknetJitter(.4), 0);

    @TempDir
    static Path folder;

    private static Path images;

    @BeforeAll
    static void draw() throws IOException {
        images = Files.createDirectories(folder.resolve("pictures/thing")).getParent();
        write("small.jpg", "jpg", 60, 40, 1);
        write("large.jpg", "jpg", 640, 400, 1);
        write("uneven.jpg", "jpg", 613, 397, 1);
        write("turned.jpg", "jpg", 400, 640, 6);
        write("turned-uneven.jpg", "jpg", 397, 613, 8);
        write("mirrored.jpg", "jpg", 512, 384, 2);
        write("small.png", "png", 50, 70, 1);
        write("large.png", "png", 640, 400, 1);
        write("uneven.png", "png", 613, 397, 1);
    }

    private static void write(String name, String format, int width, int height, int orientation) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        ImageIO.write(noise(width, height), format, file);
        byte[] bytes = file.toByteArray();
        if (orientation > 1) {
            bytes = ExifJpeg.withOrientation(bytes, orientation);
        }
        Files.write(images.resolve("thing").resolve(name), bytes);
    }

    private static BufferedImage noise(int width, int height) {
        SplittableRandom random = new SplittableRandom(width * 1000L + height);
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, random.nextInt(1 << 24));
            }
        }
        return image;
    }

    @Test
    void shouldBeTheSameForTrainingEvaluationRecordsAndProgramsOfTheUsersOwn() throws Exception {
        Map<String, ByteBuffer> evaluated = rows(images.toString(), Policy.NONE, false);
        assertThat(evaluated).hasSize(9);

        assertThat(rows(images.toString(), ZOOMING, true)).as("training").isEqualTo(evaluated);
        assertThat(shown(images.toString())).as("one at a time").isEqualTo(evaluated);
        for (String container : List.of("tfrecord", "arrow")) {
            Path prefix = folder.resolve(container + "/whole");
            pack(prefix, "--to", container);
            assertThat(rows(prefix.getParent().toString(), ZOOMING, true))
                    .as(container)
                    .isEqualTo(evaluated);
        }
    }

    @Test
    void shouldBeThoseOfTheScaledImagesWhereRecordsWereScaled() throws Exception {
        Path prefix = folder.resolve("scaled/half");
        pack(prefix, "--max-side", 300);

        Map<String, ByteBuffer> evaluated = rows(prefix.getParent().toString(), Policy.NONE, false);

        assertThat(rows(prefix.getParent().toString(), ZOOMING, true)).isEqualTo(evaluated);
        assertThat(shown(prefix.getParent().toString())).isEqualTo(evaluated);
        Map<String, ByteBuffer> whole = rows(images.toString(), Policy.NONE, false);
        for (String small : List.of("thing/small.jpg", "thing/small.png")) {
            assertThat(evaluated.get(small)).as("is not scaled").isEqualTo(whole.get(small));
        }
    }

    @Test
    void shouldBeTheSameForFramesOfAVideoAndTheImagesTheyWerePackedAs() throws Exception {
        Path video = folder.resolve("video.mkv");
        try (VideoWriter writer =
                VideoWriter.create(video, 401, 643, WriterOptions.at(10).codec(VideoCodec.FFV1))) {
            for (int frame = 0; frame < 3; frame++) {
                ByteBuffer pixels = ByteBuffer.allocate(401 * 643 * 3);
                new Random(frame).nextBytes(pixels.array());
                writer.write(pixels);
            }
            writer.finish();
        }
        try (BufferAllocator allocator = new RootAllocator();
                ImageInput input = new ImageInput(HEIGHT, WIDTH, allocator);
                VideoReader reader = VideoReader.open(video)) {
            for (VideoFrame next = reader.next(); next != null; next = reader.next()) {
                try (VideoFrame frame = next) {
                    Content raw = new Content.RawImage(frame.pixels(), frame.height(), frame.width(), 3);
                    BufferedImage image = new BufferedImage(frame.width(), frame.height(), BufferedImage.TYPE_INT_RGB);
                    for (int i = 0; i < frame.width() * frame.height(); i++) {
                        int rgb = frame.pixels().getInt(Math.max(0, 3 * i - 1)) >>> (i == 0 ? 8 : 0);
                        image.setRGB(i % frame.width(), i / frame.width(), rgb);
                    }
                    ByteArrayOutputStream png = new ByteArrayOutputStream();
                    ImageIO.write(image, "png", png);
                    Content file = new Content.EncodedImage(ByteBuffer.wrap(png.toByteArray()));
                    assertThat(show(input, raw)).isEqualTo(show(input, file));
                }
            }
        }
    }

    /** What is found is made the targets: so even a network that learnt nothing has something to be evaluated by. */
    @Test
    void shouldFindTheBoxesThatEvaluationCounts() throws Exception {
        Path shapes = folder.resolve("shapes");
        assertThat(Command.run("sample", "shapes", shapes, "--count", 8).exitCode())
                .isZero();
        Path run = folder.resolve("run");
        Path configuration = DetectorCommandsTest.configuration(folder);
        Command training = Command.run(
                "train",
                "yolo",
                "--data",
                shapes,
                "--model",
                configuration,
                "--optimizer",
                "adam",
                "--lr",
                .003,
                "--batch",
                4,
                "--steps",
                6,
                "--policy",
                "none",
                "--run",
                run,
                "--json");
        assertThat(training.exitCode()).as(training.err()).isZero();
        Path large = enlarged(shapes, folder.resolve("large-shapes"), 5);
        Map<String, JsonNode> found = new TreeMap<>();
        Command detect = Command.run(
                "detect",
                run,
                large.resolve("JPEGImages"),
                "--threshold",
                DetectionTask.VALIDATION_THRESHOLD,
                "--json");
        assertThat(detect.exitCode()).as(detect.err()).isZero();
        for (String line : detect.out().lines().toList()) {
            JsonNode one = JSON.readTree(line);
            String name = Path.of(one.get("path").asText()).getFileName().toString();
            found.put(name.substring(0, name.indexOf('.')), one);
            Files.writeString(large.resolve("Annotations/" + name.replace(".jpg", ".xml")), voc(name, one));
        }

        Command eval = Command.run("eval", run, "--data", large, "--json");

        assertThat(eval.exitCode()).as(eval.err()).isZero();
        JsonNode evaluated = JSON.readTree(eval.out());
        try (SampleSource.Indexed source = (SampleSource.Indexed)
                Sources.open(large.toString(), SourceOptions.defaults().withClasses(classes(run)))) {
            DetectionEvaluation evaluation = new DetectionEvaluation(classes(run));
            for (long i = 0; i < source.size(); i++) {
                Sample sample = source.read(i);
                String name = Path.of(sample.id().value()).getFileName().toString();
                evaluation.add(
                        ((Labels.Boxes) sample.labels()).boxes(),
                        detections(found.get(name.substring(0, name.indexOf('.'))), classes(run)));
            }
            assertThat(evaluated.get("map50").asDouble())
                    .as("something is found")
                    .isGreaterThan(.01);
            assertThat(evaluation.scores().map50())
                    .isCloseTo(evaluated.get("map50").asDouble(), within(1e-6));
            assertThat(evaluation.scores().cocoMap())
                    .isCloseTo(evaluated.get("map50_95").asDouble(), within(1e-4));
        }
    }

    private static List<String> classes(Path run) throws IOException {
        JsonNode names = JSON.readTree(Command.run("inspect", run.resolve("checkpoints/best.ckpt"), "--json")
                        .out())
                .get("classes");
        return List.of(
                names.get(0).asText(), names.get(1).asText(), names.get(2).asText());
    }

    /** An annotation with the first boxes of what was found. */
    private static String voc(String name, JsonNode image) {
        StringBuilder xml = new StringBuilder("<annotation><filename>" + name + "</filename><size><width>"
                + image.get("width") + "</width><height>" + image.get("height")
                + "</height><depth>3</depth></size>");
        for (int i = 0; i < Math.min(5, image.get("boxes").size()); i++) {
            JsonNode box = image.get("boxes").get(i);
            xml.append("<object><name>").append(box.get("class").asText()).append("</name><bndbox>");
            for (String edge : List.of("xmin", "ymin", "xmax", "ymax")) {
                long pixel = Math.max(1, Math.round(box.get(edge).asDouble()));
                xml.append("<" + edge + ">" + pixel + "</" + edge + ">");
            }
            xml.append("</bndbox></object>");
        }
        return xml.append("</annotation>").toString();
    }

    private static List<Detection> detections(JsonNode image, List<String> classes) {
        double width = image.get("width").asDouble();
        double height = image.get("height").asDouble();
        List<Detection> detections = new ArrayList<>();
        for (JsonNode box : image.get("boxes")) {
            Box place = new Box(
                    box.get("class").asText(),
                    (float) (box.get("xmin").asDouble() / width),
                    (float) (box.get("ymin").asDouble() / height),
                    (float) (box.get("xmax").asDouble() / width),
                    (float) (box.get("ymax").asDouble() / height));
            detections.add(new Detection(
                            classes.indexOf(place.className()),
                            (float) box.get("score").asDouble(),
                            0,
                            0,
                            0,
                            0)
                    .at(place));
        }
        return detections;
    }

    /** A data set with every pixel made a square, and noise over it; the labels are copied as they are. */
    private static Path enlarged(Path from, Path to, int factor) throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        for (String part : List.of("JPEGImages", "Annotations", "ImageSets/Main")) {
            Files.createDirectories(to.resolve(part));
            try (var files = Files.list(from.resolve(part))) {
                for (Path file : files.sorted().toList()) {
                    Path target = to.resolve(part).resolve(file.getFileName());
                    if (part.equals("JPEGImages")) {
                        ImageIO.write(enlarged(ImageIO.read(file.toFile()), factor, random), "jpg", target.toFile());
                    } else {
                        Files.copy(file, target);
                    }
                }
            }
        }
        return to;
    }

    private static BufferedImage enlarged(BufferedImage small, int factor, SplittableRandom random) {
        int width = small.getWidth() * factor;
        int height = small.getHeight() * factor;
        BufferedImage large = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int rgb = small.getRGB(x / factor, y / factor);
                int noisy = 0;
                for (int shift = 0; shift <= 16; shift += 8) {
                    int value = (rgb >> shift & 0xff) + random.nextInt(-120, 121);
                    noisy |= Math.max(0, Math.min(255, value)) << shift;
                }
                large.setRGB(x, y, noisy);
            }
        }
        return large;
    }

    private static void pack(Path prefix, Object... more) throws IOException {
        Files.createDirectories(prefix.getParent());
        List<Object> arguments = new ArrayList<>(List.of("pack", "images", images, "--out", prefix));
        arguments.addAll(List.of(more));
        Command packing = Command.run(arguments.toArray());
        assertThat(packing.exitCode()).as(packing.err()).isZero();
    }

    /** What a pipeline writes into its batches, by the names of the samples. */
    private static Map<String, ByteBuffer> rows(String data, Policy policy, boolean shuffled) throws Exception {
        try (SampleSource source = Sources.open(data, SourceOptions.defaults())) {
            InputOptions options = new InputOptions();
            options.workers = 2;
            SampleBatches batches = new SampleBatches(source, SHAPE, policy, options, new PipelineListener() {});
            Map<String, ByteBuffer> rows = new TreeMap<>();
            try (PipelineBatches stream = shuffled ? batches.shuffled(1L, null) : batches.inOrder()) {
                for (Batch next = stream.next(); next != null; next = stream.next()) {
                    try (Batch batch = next) {
                        int bytes = HEIGHT * WIDTH * 3;
                        for (int row = 0; row < batch.size(); row++) {
                            rows.put(batch.id(row).value(), copy(batch.pixels().slice(row * bytes, bytes)));
                        }
                    }
                }
            }
            return rows;
        }
    }

    private static Map<String, ByteBuffer> shown(String data) throws Exception {
        Map<String, ByteBuffer> rows = new TreeMap<>();
        try (SampleSource.Indexed source = (SampleSource.Indexed) Sources.open(data, SourceOptions.defaults());
                BufferAllocator allocator = new RootAllocator();
                ImageInput input = new ImageInput(HEIGHT, WIDTH, allocator)) {
            for (long i = 0; i < source.size(); i++) {
                Sample sample = source.read(i);
                rows.put(sample.id().value(), show(input, sample.content()));
            }
        }
        return rows;
    }

    private static ByteBuffer show(ImageInput input, Content content) throws Exception {
        try (Batch batch = input.show(new Sample(new SampleId("one"), content, Labels.NONE), Policy.NONE)) {
            return copy(batch.pixels());
        }
    }

    private static ByteBuffer copy(ByteBuffer pixels) {
        return ByteBuffer.allocate(pixels.remaining()).put(pixels).flip();
    }
}
