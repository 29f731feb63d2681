package org.batchmill.jobs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.batchmill.augment.decode.ImageDecoder;
import org.batchmill.augment.draw.Annotations;
import org.batchmill.augment.draw.Canvas;
import org.batchmill.augment.pixels.Picture;
import org.batchmill.records.Box;
import org.batchmill.records.Content;
import org.batchmill.records.DataException;
import org.batchmill.records.Sample;

/** Finds objects in pictures and draws them. */
public final class DetectJob {

    private static final String WORK = "detecting";

    private DetectJob() {}

    /**
     * What was found in a picture.
     *
     * @param path  the picture
     * @param boxes by falling score, in pixels of the picture
     */
    public record Result(Path path, int width, int height, List<FoundBox> boxes) {
        public Result {
            boxes = List.copyOf(boxes);
        }

        /** One line with the keys of docs/cli.md. */
        public String toJson() {
            Map<String, Object> keys = new LinkedHashMap<>();
            keys.put("path", path.toString());
            keys.put("width", width);
            keys.put("height", height);
            keys.put("boxes", boxes.stream().map(FoundBox::keys).toList());
            return JsonLine.of(keys);
        }
    }

    /** A box in pixels. */
    public record FoundBox(String className, double score, double xmin, double ymin, double xmax, double ymax) {
        private Map<String, Object> keys() {
            Map<String, Object> keys = new LinkedHashMap<>();
            keys.put("class", className);
            keys.put("score", score);
            keys.put("xmin", xmin);
            keys.put("ymin", ymin);
            keys.put("xmax", xmax);
            keys.put("ymax", ymax);
            return keys;
        }
    }

    /**
     * Detects in all pictures. A picture that cannot be read is reported to the listener, and the others are done.
     *
     * @param results takes the result of each picture as it comes
     * @return how many pictures could not be read
     */
    public static int run(DetectOptions options, Consumer<Result> results, JobListener listener) throws IOException {
        try (PictureFolder pictures = PictureFolder.open(options.pictures())) {
            return run(pictures, options, results, listener);
        }
    }

    /** The same for a choice of pictures, whatever the options name. */
    static int run(PictureFolder pictures, DetectOptions options, Consumer<Result> results, JobListener listener)
            throws IOException {
        int bad = 0;
        try (BufferAllocator allocator = new RootAllocator();
                ImageDecoder decoder = new ImageDecoder(allocator);
                Detector detector = Detector.open(options)) {
            long start = System.nanoTime();
            for (long i = 0; i < pictures.size(); i++) {
                try {
                    results.accept(detect(pictures, i, decoder, detector, options));
                } catch (DataException e) {
                    bad++;
                    listener.warns(e.getMessage());
                }
                double seconds = (System.nanoTime() - start) * 1e-9;
                listener.progress(
                        WORK, i + 1, pictures.size(), String.format(Locale.ROOT, "%.1f images/s", (i + 1) / seconds));
            }
            listener.finished(WORK);
        }
        return bad;
    }

    private static Result detect(
            PictureFolder pictures, long index, ImageDecoder decoder, Detector detector, DetectOptions options)
            throws IOException {
        Sample sample = pictures.read(index);
        Path file = pictures.file(index);
        Content.EncodedImage image = (Content.EncodedImage) sample.content();
        try (Picture picture = decoder.decode(image.bytes(), file.toString(), 3)) {
            List<Detector.Found> found = detector.detect(picture.mat(), file.toString());
            if (options.out() != null) {
                draw(
                        picture,
                        found,
                        detector.classes(),
                        target(options.out(), sample.id().value()));
            }
            List<FoundBox> boxes = new ArrayList<>();
            for (Detector.Found one : found) {
                Box box = one.box();
                boxes.add(new FoundBox(
                        box.className(),
                        one.score(),
                        box.xmin() * (double) picture.width(),
                        box.ymin() * (double) picture.height(),
                        box.xmax() * (double) picture.width(),
                        box.ymax() * (double) picture.height()));
            }
            return new Result(file, picture.width(), picture.height(), boxes);
        }
    }

    /** The same path below the output folder, as PNG: drawn lines suffer from JPEG. */
    private static Path target(Path out, String id) throws IOException {
        Path target = out.resolve(id.substring(0, id.lastIndexOf('.')) + ".png");
        Files.createDirectories(target.toAbsolutePath().getParent());
        return target;
    }

    private static void draw(Picture picture, List<Detector.Found> found, List<String> classes, Path target)
            throws IOException {
        try (Canvas canvas = Canvas.copyOf(picture.mat())) {
            for (Detector.Found one : found) {
                Annotations.detection(canvas, one.box(), one.score(), classes);
            }
            canvas.write(target);
        }
    }
}
