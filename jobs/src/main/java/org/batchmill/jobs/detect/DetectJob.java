package org.batchmill.jobs.detect;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.arrow.memory.BufferAllocator;
import org.batchmill.augment.decode.ImageDecoder;
import org.batchmill.augment.draw.Annotations;
import org.batchmill.augment.draw.Canvas;
import org.batchmill.augment.pixels.Image;
import org.batchmill.jobs.JobListener;
import org.batchmill.jobs.JsonLine;
import org.batchmill.records.Box;
import org.batchmill.records.Content;
import org.batchmill.records.DataException;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleId;
import org.batchmill.records.UsageException;
import org.batchmill.records.arrow.ArrowMemory;
import org.batchmill.records.storage.Overwriting;

/** Finds objects in images and videos and draws them. */
public final class DetectJob {

    private static final String WORK = "detecting";

    private DetectJob() {}

    /**
     * What was found in an image, or in a frame of a video.
     *
     * @param path   the image or video
     * @param moment which frame; null for an image
     * @param boxes  by falling score, in pixels of the image
     */
    public record Result(Path path, Moment moment, int width, int height, List<FoundBox> boxes) {
        public Result {
            boxes = List.copyOf(boxes);
        }

        /** One line with the keys of docs/cli.md. */
        public String toJson() {
            Map<String, Object> keys = new LinkedHashMap<>();
            keys.put("path", path.toString());
            if (moment != null) {
                keys.put("frame", moment.frame());
                keys.put("seconds", moment.seconds());
            }
            keys.put("width", width);
            keys.put("height", height);
            keys.put("boxes", boxes.stream().map(FoundBox::keys).toList());
            return JsonLine.of(keys);
        }
    }

    /**
     * A place in a video.
     *
     * @param frame   in the order of showing, from 0
     * @param seconds after the first frame
     */
    public record Moment(long frame, double seconds) {}

    /** A box in pixels. */
    public record FoundBox(String className, double score, double xmin, double ymin, double xmax, double ymax) {

        static FoundBox of(Detector.Found found, double width, double height) {
            Box box = found.box();
            return new FoundBox(
                    box.className(),
                    found.score(),
                    box.xmin() * width,
                    box.ymin() * height,
                    box.xmax() * width,
                    box.ymax() * height);
        }

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
     * Detects in all images and videos. One that cannot be read is reported to the listener, and the others are done.
     *
     * @param results takes the result of each image and frame as it comes
     * @return how many could not be read
     */
    public static int run(DetectOptions options, Consumer<Result> results, JobListener listener)
            throws IOException, InterruptedException {
        List<Path> videos = VideoDetection.videos(options.images);
        boolean images = videos.isEmpty() || ImageFolder.holdsImages(options.images);
        boolean oneVideo = options.out != null && VideoDetection.isVideo(options.out);
        if (oneVideo && (images || videos.size() > 1)) {
            throw new UsageException(options.out + ": one video is drawn into a video; name a folder");
        }
        try (Detector detector = Detector.open(options, listener)) {
            int bad = 0;
            if (images) {
                try (ImageFolder folder = ImageFolder.open(options.images)) {
                    folder.notice().ifPresent(listener::warn);
                    bad += images(folder, options, detector, results, listener);
                }
            }
            return bad + videos(videos, options, detector, results, listener);
        }
    }

    /** The same for a choice of images, whatever the options name. */
    public static int run(ImageFolder images, DetectOptions options, Consumer<Result> results, JobListener listener)
            throws IOException, InterruptedException {
        try (Detector detector = Detector.open(options, listener)) {
            return images(images, options, detector, results, listener);
        }
    }

    private static int videos(
            List<Path> videos, DetectOptions options, Detector detector, Consumer<Result> results, JobListener listener)
            throws IOException, InterruptedException {
        int bad = 0;
        VideoDetection detection = new VideoDetection(detector, results, listener);
        ResultNames names = null;
        if (options.out != null && VideoDetection.isVideo(options.out)) {
            for (Path video : videos) {
                Overwriting.refuse(options.out, video);
            }
        } else if (options.out != null) {
            names = new ResultNames(root(options.images), videos, options.out, ".mp4");
        }
        for (Path video : videos) {
            try {
                detection.run(video, names == null ? options.out : names.of(video));
            } catch (DataException e) {
                bad++;
                listener.warn(e.getMessage());
            }
        }
        return bad;
    }

    private static int images(
            ImageFolder images,
            DetectOptions options,
            Detector detector,
            Consumer<Result> results,
            JobListener listener)
            throws IOException, InterruptedException {
        int bad = 0;
        ResultNames names =
                options.out == null ? null : new ResultNames(images.root(), images.files(), options.out, ".png");
        try (BufferAllocator allocator = ArrowMemory.allocator();
                ImageDecoder decoder = new ImageDecoder(allocator)) {
            long start = System.nanoTime();
            for (long i = 0; i < images.size(); i++) {
                try {
                    results.accept(detect(images, i, decoder, detector, names));
                } catch (DataException e) {
                    bad++;
                    listener.warn(e.getMessage());
                }
                double seconds = (System.nanoTime() - start) * 1e-9;
                listener.progress(
                        WORK, i + 1, images.size(), String.format(Locale.ROOT, "%.1f images/s", (i + 1) / seconds));
            }
            listener.finished(WORK);
        }
        return bad;
    }

    private static Result detect(
            ImageFolder images, long index, ImageDecoder decoder, Detector detector, ResultNames names)
            throws IOException, InterruptedException {
        Path file = images.file(index);
        Content.EncodedImage encoded = images.image(index);
        Detector.Findings findings = detector.detect(new Sample(new SampleId(file.toString()), encoded, Labels.NONE));
        if (names != null) {
            try (Image image = decoder.decode(encoded.bytes(), file.toString(), 3)) {
                // As PNG: drawn lines suffer from JPEG.
                draw(image, findings.found(), detector.classes(), names.of(file));
            }
        }
        List<FoundBox> boxes = findings.found().stream()
                .map(one -> FoundBox.of(one, findings.width(), findings.height()))
                .toList();
        return new Result(file, null, findings.width(), findings.height(), boxes);
    }

    /** What the paths of results are relative to. */
    private static Path root(Path place) {
        return Files.isDirectory(place) ? place : place.toAbsolutePath().getParent();
    }

    private static void draw(Image image, List<Detector.Found> found, List<String> classes, Path target)
            throws IOException {
        try (Canvas canvas = Canvas.copyOf(image.mat())) {
            canvas.boxes(found.stream()
                    .map(one -> Annotations.detection(one.box(), one.score(), classes))
                    .toList());
            canvas.write(target);
        }
    }
}
