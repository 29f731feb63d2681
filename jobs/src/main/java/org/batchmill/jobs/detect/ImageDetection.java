package org.batchmill.jobs.detect;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.apache.arrow.memory.BufferAllocator;
import org.batchmill.augment.decode.ImageDecoder;
import org.batchmill.augment.draw.Annotations;
import org.batchmill.augment.draw.Canvas;
import org.batchmill.augment.pixels.Image;
import org.batchmill.jobs.JobListener;
import org.batchmill.queues.threads.WorkerPool;
import org.batchmill.records.Content;
import org.batchmill.records.DataException;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleId;
import org.batchmill.records.arrow.ArrowMemory;

/**
 * Finds objects in images and draws them. While a group of images is predicted, the next is decoded and those before are drawn; results come
 * in the order of the images. Runs once, on one thread.
 */
final class ImageDetection {

    private static final String WORK = "detecting";

    /** Images that a store hears of before they are read. */
    private static final int AHEAD = 4 * Detector.MOST;

    private final ImageFolder images;
    private final ResultNames names;
    private final Detector detector;
    private final Consumer<DetectJob.Result> results;
    private final JobListener listener;
    private final BufferAllocator allocator = ArrowMemory.allocator();
    private final ImageDecoder decoder = new ImageDecoder(allocator);
    private final Deque<Future<DetectJob.Result>> drawing = new ArrayDeque<>();
    private final long start = System.nanoTime();
    private long told;
    private long done;
    private int bad;

    /**
     * Images that were begun with.
     *
     * @param first    the number of the first of them
     * @param contents the files; null where one could not be read
     * @param failures why not
     * @param group    those that could be read
     */
    private record Begun(
            long first, List<Content.EncodedImage> contents, List<IOException> failures, Detector.Group group) {}

    /** @param names where drawings go; null for none */
    ImageDetection(
            ImageFolder images,
            ResultNames names,
            Detector detector,
            Consumer<DetectJob.Result> results,
            JobListener listener) {
        this.images = images;
        this.names = names;
        this.detector = detector;
        this.results = results;
        this.listener = listener;
    }

    /** Looks at all of them; returns how many could not be read or drawn. */
    int run() throws IOException, InterruptedException {
        Begun ahead = begin(0);
        try {
            while (ahead != null) {
                Begun now = ahead;
                ahead = begin(now.first + now.contents.size());
                finish(now);
            }
            tell(0);
        } finally {
            if (ahead != null) {
                detector.abandon(ahead.group);
            }
            drawing.forEach(WorkerPool::awaitFully);
            decoder.close();
            allocator.close();
        }
        listener.finished(WORK);
        return bad;
    }

    /** Null behind the last image. */
    private Begun begin(long first) {
        if (first >= images.size()) {
            return null;
        }
        List<Content.EncodedImage> contents = new ArrayList<>();
        List<IOException> failures = new ArrayList<>();
        List<Sample> samples = new ArrayList<>();
        for (; told < Math.min(images.size(), first + AHEAD); told++) {
            images.soon(told);
        }
        for (long i = first; i < Math.min(images.size(), first + Detector.MOST); i++) {
            try {
                Content.EncodedImage content = images.image(i);
                samples.add(new Sample(new SampleId(images.file(i).toString()), content, Labels.NONE));
                contents.add(content);
                failures.add(null);
            } catch (IOException e) {
                contents.add(null);
                failures.add(e);
            }
        }
        return new Begun(first, contents, failures, detector.begin(samples));
    }

    private void finish(Begun begun) throws IOException, InterruptedException {
        List<Detector.Outcome> outcomes = detector.outcomes(begun.group);
        int next = 0;
        for (int i = 0; i < begun.contents.size(); i++) {
            Path file = images.file(begun.first + i);
            Content.EncodedImage content = begun.contents.get(i);
            Detector.Outcome outcome =
                    content == null ? new Detector.Outcome(null, begun.failures.get(i)) : outcomes.get(next++);
            drawing.add(detector.submit(() -> drawn(file, content, outcome)));
            tell(Detector.MOST);
        }
    }

    private DetectJob.Result drawn(Path file, Content.EncodedImage content, Detector.Outcome outcome)
            throws IOException {
        if (outcome.failure() != null) {
            throw outcome.failure();
        }
        Detector.Findings findings = outcome.findings();
        if (names != null) {
            try (Image image = decoder.decode(content.bytes(), file.toString(), 3);
                    Canvas canvas = Canvas.copyOf(image.mat())) {
                canvas.boxes(findings.found().stream()
                        .map(one -> Annotations.detection(one.box(), one.score(), detector.classes()))
                        .toList());
                // As PNG: drawn lines suffer from JPEG.
                canvas.write(names.of(file));
            }
        }
        List<DetectJob.FoundBox> boxes = findings.found().stream()
                .map(one -> DetectJob.FoundBox.of(one, findings.width(), findings.height()))
                .toList();
        return new DetectJob.Result(file, null, findings.width(), findings.height(), boxes);
    }

    /** Hands on what is drawn, until no more than so many are on their way. */
    private void tell(int most) throws IOException, InterruptedException {
        while (drawing.size() > most) {
            try {
                results.accept(WorkerPool.result(drawing.remove()));
            } catch (DataException e) {
                bad++;
                listener.warn(e.getMessage());
            }
            done++;
            double seconds = (System.nanoTime() - start) * 1e-9;
            listener.progress(WORK, done, images.size(), String.format(Locale.ROOT, "%.1f images/s", done / seconds));
        }
    }
}
