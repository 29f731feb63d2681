package org.batchmill.jobs.detect;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.batchmill.jobs.DryRun;
import org.batchmill.jobs.JobListener;
import org.batchmill.jobs.JsonLine;
import org.batchmill.jobs.OutputLock;
import org.batchmill.jobs.model.SamplePredictor;
import org.batchmill.records.Box;
import org.batchmill.records.DataException;
import org.batchmill.records.UsageException;
import org.batchmill.records.storage.Overwriting;
import org.batchmill.video.VideoNames;

/** Finds objects in images and videos and draws them. Stateless. */
public final class DetectJob {

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

        Map<String, Object> keys() {
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
     * @throws UsageException if another job writes to the same place, or the options name no model or no images
     */
    @SuppressWarnings("try") // a lock is held, not asked
    public static int run(DetectOptions options, Consumer<Result> results, JobListener listener)
            throws IOException, InterruptedException {
        MediaFiles media = MediaFiles.of(options.images);
        List<Path> videos = media.videos();
        boolean oneVideo = options.out != null && VideoDetection.isVideo(options.out);
        if (oneVideo && (media.images() || videos.size() > 1)) {
            throw new UsageException(
                    Files.isRegularFile(options.images)
                            ? options.images + ": no video by its name (" + VideoNames.SHOWN
                                    + "), which could be drawn into " + options.out
                            : options.out + ": one video is drawn into a video; name a folder");
        }
        VideoNames.foreignNotice(media.foreign()).ifPresent(listener::warn);
        try (OutputLock lock = lock(options);
                Detector detector = Detector.open(options, listener)) {
            int bad = 0;
            if (media.images()) {
                try (ImageFolder folder = ImageFolder.open(options.images)) {
                    folder.notice().ifPresent(listener::warn);
                    bad += images(folder, options, detector, results, listener);
                }
            }
            return bad + videos(videos, options, detector, results, listener);
        }
    }

    /**
     * What {@link #run(DetectOptions, Consumer, JobListener)} would read and write. No image is opened.
     *
     * @throws IOException if there is nothing to look at
     */
    public static DryRun preview(DetectOptions options) throws IOException {
        MediaFiles media = MediaFiles.of(options.images);
        List<Path> videos = media.videos();
        List<Path> found = media.images() ? ImageFolder.open(options.images).files() : List.of();
        List<Path> files = new ArrayList<>();
        if (options.out != null && VideoDetection.isVideo(options.out)) {
            files.add(options.out);
        } else if (options.out != null) {
            files.addAll(new ResultNames(root(options.images), found, options.out, ".png").targets());
            files.addAll(new ResultNames(root(options.images), videos, options.out, ".mp4").targets());
        }
        Map<String, Long> inputs = new LinkedHashMap<>();
        inputs.put("images", (long) found.size());
        inputs.put("videos", (long) videos.size());
        return new DryRun(inputs, files);
    }

    /** The same for a choice of images, whatever the options name. */
    @SuppressWarnings("try") // a lock is held, not asked
    public static int run(ImageFolder images, DetectOptions options, Consumer<Result> results, JobListener listener)
            throws IOException, InterruptedException {
        try (OutputLock lock = lock(options);
                Detector detector = Detector.open(options, listener)) {
            return images(images, options, detector, results, listener);
        }
    }

    private static OutputLock lock(DetectOptions options) throws IOException {
        if (options.out == null) {
            return OutputLock.none();
        }
        return VideoDetection.isVideo(options.out)
                ? OutputLock.ofFiles(List.of(options.out))
                : OutputLock.ofFolder(options.out);
    }

    /**
     * The detector at work on samples of any origin, for whoever has something else to do with the boxes.
     *
     * @param options whose images and output are not looked at
     * @return says {@code width}, {@code height} and {@code boxes} of a sample; the caller closes it
     */
    public static SamplePredictor predictor(DetectOptions options, JobListener listener) throws IOException {
        return new SampleDetection(Detector.open(options, listener));
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
        ResultNames names =
                options.out == null ? null : new ResultNames(images.root(), images.files(), options.out, ".png");
        return new ImageDetection(images, names, detector, results, listener).run();
    }

    /** What the paths of results are relative to. */
    private static Path root(Path place) {
        return Files.isDirectory(place) ? place : place.toAbsolutePath().getParent();
    }
}
