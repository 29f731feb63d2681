package org.batchmill.jobs.detect;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.batchmill.augment.ImageInput;
import org.batchmill.augment.transform.Border;
import org.batchmill.augment.transform.Policy;
import org.batchmill.batches.Batch;
import org.batchmill.batches.ImageMapping;
import org.batchmill.jobs.JobListener;
import org.batchmill.jobs.model.ShippedModels;
import org.batchmill.jobs.model.TrainedModel;
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

/** Finds objects in images, one at a time. Used by one thread; owns the model until it is closed. */
final class Detector implements AutoCloseable {

    /** The least score that is worth drawing for people. */
    private static final double DEFAULT_THRESHOLD = .25;

    private final TrainedModel model;
    private final DetectionTask task;
    private final YoloV1Decoder decoder;
    private final DetectOptions options;
    private final BufferAllocator allocator = ArrowMemory.allocator();
    private final ImageInput input;
    private final float[] outputs;

    private Detector(TrainedModel model, DetectionTask task, YoloV1Decoder decoder, DetectOptions options) {
        this.model = model;
        this.task = task;
        this.decoder = decoder;
        this.options = options;
        Shape shape = model.network().input();
        this.input = new ImageInput(shape.height(), shape.width(), allocator);
        this.outputs = new float[model.network().output().size()];
    }

    static Detector open(DetectOptions options, JobListener listener) throws IOException {
        if ((options.model == null) == (options.checkpoint == null)) {
            throw new OptionException("either a checkpoint or {model} says what looks for objects");
        }
        TrainedModel model = options.model == null
                ? TrainedModel.load(List.of(options.checkpoint), 1, options.engine, listener)
                : TrainedModel.of(ShippedModels.read(options.model), 1, options.engine);
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

    /**
     * Looks at an image.
     *
     * @param sample an encoded image, or raw pixels in RGB
     * @throws IOException if it is bad
     */
    Findings detect(Sample sample) throws IOException, InterruptedException {
        try (Batch shown = input.show(sample, policy(sample))) {
            ImageMapping mapping = shown.mapping(0);
            model.predictor().predict(shown.pixels(), 1, outputs);
            List<Found> found = new ArrayList<>();
            for (Detection detection : DetectionTask.visible(decoder, outputs, 0, mapping)) {
                Box box = mapping.toOriginal(detection.box(task.classes()));
                if (options.classes.isEmpty() || options.classes.contains(box.className())) {
                    found.add(new Found(box, detection.score()));
                }
            }
            return new Findings(mapping.originalWidth(), mapping.originalHeight(), found);
        }
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
        input.close();
        allocator.close();
        model.close();
    }
}
