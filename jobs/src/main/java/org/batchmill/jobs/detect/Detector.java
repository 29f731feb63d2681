package org.batchmill.jobs.detect;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.batchmill.augment.ImageInput;
import org.batchmill.augment.transform.Border;
import org.batchmill.augment.transform.Policy;
import org.batchmill.batches.Batch;
import org.batchmill.batches.ImageMapping;
import org.batchmill.jobs.JobListener;
import org.batchmill.jobs.model.ShippedModels;
import org.batchmill.jobs.model.TrainedModel;
import org.batchmill.queues.threads.WorkerPool;
import org.batchmill.records.Box;
import org.batchmill.records.DataException;
import org.batchmill.records.ImageSize;
import org.batchmill.records.OptionException;
import org.batchmill.records.Sample;
import org.batchmill.records.UsageException;
import org.batchmill.records.arrow.ArrowMemory;
import org.batchmill.train.detection.Detection;
import org.batchmill.train.detection.DetectionTask;
import org.batchmill.train.detection.NonMaximumSuppression;
import org.batchmill.train.detection.YoloV1Decoder;
import org.batchmill.train.network.Shape;

/**
 * Finds objects in images. They are decoded and brought to the network's size on threads of the detector, and predicted several at a time:
 * who begins with the next group before it asks for what was found in this one keeps both busy. Used by one thread; owns the model until
 * it is closed.
 */
final class Detector implements AutoCloseable {

    /** Images of a group: more at a time are hardly faster. */
    static final int MOST = 8;

    /** Groups that may have begun. */
    private static final int GROUPS = 2;

    /** The least score that is worth drawing for people. */
    private static final double DEFAULT_THRESHOLD = .25;

    private final TrainedModel model;
    private final DetectionTask task;
    private final YoloV1Decoder decoder;
    private final DetectOptions options;
    private final BufferAllocator allocator = ArrowMemory.allocator();
    private final ImageInput input;
    private final WorkerPool threads =
            new WorkerPool("detect", Runtime.getRuntime().availableProcessors());
    private final ByteBuffer rows;
    private final float[] outputs;

    private Detector(TrainedModel model, DetectionTask task, YoloV1Decoder decoder, DetectOptions options) {
        this.model = model;
        this.task = task;
        this.decoder = decoder;
        this.options = options;
        Shape shape = model.network().input();
        this.input = new ImageInput(shape.height(), shape.width(), GROUPS * MOST, allocator);
        this.rows = ByteBuffer.allocateDirect(MOST * shape.size()).order(ByteOrder.nativeOrder());
        this.outputs = new float[MOST * model.network().output().size()];
    }

    static Detector open(DetectOptions options, JobListener listener) throws IOException {
        if ((options.model == null) == (options.checkpoint == null)) {
            throw new OptionException("either a checkpoint or {model} says what looks for objects");
        }
        TrainedModel model = options.model == null
                ? TrainedModel.load(List.of(options.checkpoint), MOST, options.engine, listener)
                : TrainedModel.of(ShippedModels.read(options.model), MOST, options.engine);
        try {
            DetectionTask task = model.networkTask().detector(options.checkpoint);
            for (String name : options.classes) {
                if (!task.classes().contains(name)) {
                    throw new UsageException(
                            "the model knows no class " + name + ", only " + String.join(", ", task.classes()));
                }
            }
            return new Detector(model, task, decoder(task, options), options);
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    private static YoloV1Decoder decoder(DetectionTask task, DetectOptions options) {
        YoloV1Decoder decoder =
                switch (options.decode) {
                    case DARKNET -> task.decoder(DEFAULT_THRESHOLD);
                    case VEHICLE -> YoloV1Decoder.vehicle(task.loss().grid(), onlyClass(task, options));
                };
        if (options.threshold != null) {
            decoder = decoder.withThreshold(options.threshold);
        }
        return options.nms == null ? decoder : decoder.withSuppression(new NonMaximumSuppression(options.nms, false));
    }

    private static int onlyClass(DetectionTask task, DetectOptions options) {
        String wanted = options.classes.size() == 1 ? options.classes.get(0) : "car";
        int index = task.classes().indexOf(wanted);
        if (index < 0 || options.classes.size() > 1) {
            throw new OptionException("{decode} vehicle looks for one class: name it with {classes}");
        }
        return index;
    }

    List<String> classes() {
        return task.classes();
    }

    /** A box in the original image, with its score. */
    record Found(Box box, double score) {}

    /**
     * What was found in one image.
     *
     * @param width  of the original, upright, in pixels
     * @param height of the original, upright, in pixels
     * @param found  by falling score; boxes are cut off at the edges of what was looked at
     */
    record Findings(int width, int height, List<Found> found) {}

    /** What became of an image: one of both is null. */
    record Outcome(Findings findings, IOException failure) {}

    /** Images that are on their way to the network. */
    static final class Group {

        private final List<Future<Batch>> shown;

        private Group(List<Future<Batch>> shown) {
            this.shown = shown;
        }
    }

    /**
     * Begins to look at images; at most two groups may have begun. Each is asked for with {@link #outcomes} once, or given up with {@link
     * #abandon}.
     *
     * @param samples encoded images, or raw pixels in RGB that stay as they are until then; at most {@link #MOST}
     */
    Group begin(List<Sample> samples) {
        return new Group(samples.stream()
                .map(sample -> threads.submit(() -> input.show(sample, policy(sample))))
                .toList());
    }

    /**
     * What was found, in the order of the images.
     *
     * @throws InterruptedException if the thread is interrupted; the group is then given up
     */
    List<Outcome> outcomes(Group group) throws InterruptedException {
        List<IOException> failures = new ArrayList<>();
        List<ImageMapping> mappings = new ArrayList<>();
        rows.clear();
        try {
            for (Future<Batch> one : group.shown) {
                try (Batch shown = WorkerPool.result(one)) {
                    rows.put(shown.pixels());
                    mappings.add(shown.mapping(0));
                    failures.add(null);
                } catch (IOException e) {
                    failures.add(e);
                }
            }
        } finally {
            abandon(group);
        }
        if (!mappings.isEmpty()) {
            model.predictor().predict(rows.flip(), mappings.size(), outputs);
        }
        List<Outcome> outcomes = new ArrayList<>();
        int row = 0;
        for (IOException failure : failures) {
            outcomes.add(
                    failure == null
                            ? new Outcome(findings(row, mappings.get(row++)), null)
                            : new Outcome(null, failure));
        }
        return outcomes;
    }

    private Findings findings(int row, ImageMapping mapping) {
        List<Found> found = new ArrayList<>();
        for (Detection detection : DetectionTask.visible(decoder, outputs, row, mapping)) {
            Box box = mapping.toOriginal(detection.box(task.classes()));
            if (options.classes.isEmpty() || options.classes.contains(box.className())) {
                found.add(new Found(box, detection.score()));
            }
        }
        return new Findings(mapping.originalWidth(), mapping.originalHeight(), found);
    }

    /** Waits for what has begun and gives its memory back; of a group that was asked for, nothing is left. */
    void abandon(Group group) {
        for (Future<Batch> one : group.shown) {
            WorkerPool.awaitFully(one);
            try {
                WorkerPool.result(one).close();
            } catch (IOException | InterruptedException | RuntimeException e) {
                // There is no image.
            }
        }
    }

    /** Runs other work on the images, such as drawing, on the detector's threads. */
    <T> Future<T> submit(Callable<T> work) {
        return threads.submit(work);
    }

    /** A crop in pixels is another share of each size of image. */
    private Policy policy(Sample sample) throws IOException {
        Policy fitted = Policy.NONE.withFit(options.fit, Border.GREY);
        if (options.crop == null) {
            return fitted;
        }
        String where = sample.id().value();
        ImageSize size = ImageSize.of(sample.content(), where)
                .orElseThrow(() -> new DataException(DataException.Kind.UNSUPPORTED, where, "it is no image"));
        return fitted.with(options.crop.step(size.width(), size.height(), where));
    }

    @Override
    public void close() {
        threads.close();
        threads.awaitEnd(1, TimeUnit.MINUTES);
        input.close();
        allocator.close();
        model.close();
    }
}
