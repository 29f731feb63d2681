package org.batchmill.jobs.predict;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.batchmill.augment.transform.Border;
import org.batchmill.augment.transform.Policy;
import org.batchmill.batches.Batch;
import org.batchmill.jobs.JobListener;
import org.batchmill.jobs.detect.ImageFolder;
import org.batchmill.jobs.input.PipelineBatches;
import org.batchmill.jobs.input.SampleBatches;
import org.batchmill.jobs.model.TrainedModel;
import org.batchmill.jobs.options.InputOptions;
import org.batchmill.jobs.task.Learning;
import org.batchmill.queues.pipeline.Draw;
import org.batchmill.queues.pipeline.PipelineListener;
import org.batchmill.records.ErrorMode;
import org.batchmill.records.OptionException;
import org.batchmill.train.task.ClassificationTask;

/** Says which classes images are of. */
public final class PredictJob {

    private static final String WORK = "predicting";

    private final PredictOptions options;
    private final Consumer<ImagePrediction> results;
    private final JobListener listener;
    private final long start = System.nanoTime();
    private long done;
    private long total;
    private int bad;

    private PredictJob(PredictOptions options, Consumer<ImagePrediction> results, JobListener listener) {
        this.options = options;
        this.results = results;
        this.listener = listener;
    }

    /**
     * Predicts all images in their order, each folder's by name. What cannot be read has a result with the reason, and the others are done.
     *
     * @param results takes the result of each image as it comes
     * @return how many could not be read
     * @throws IOException if a place has no images, the checkpoint is bad, or a file cannot be written
     * @throws org.batchmill.records.UsageException if the network is no classifier, or a file would be written over an input
     */
    public static int run(PredictOptions options, Consumer<ImagePrediction> results, JobListener listener)
            throws IOException, InterruptedException {
        if (options.top < 1) {
            throw new OptionException("{top} is at least 1, not {}", options.top);
        }
        if (options.batch < 1) {
            throw new OptionException("{batch} is at least 1, not {}", options.batch);
        }
        return new PredictJob(options, results, listener).run();
    }

    private int run() throws IOException, InterruptedException {
        List<ImageFolder> places = new ArrayList<>();
        List<Path> inputs = new ArrayList<>(List.of(options.checkpoint));
        for (Path place : options.images) {
            ImageFolder folder = ImageFolder.open(place);
            folder.notice().ifPresent(listener::warn);
            places.add(folder);
            inputs.addAll(folder.files());
            total += folder.size();
        }
        try (TrainedModel model =
                TrainedModel.load(List.of(options.checkpoint), options.batch, options.engine, listener)) {
            ClassificationTask task = model.networkTask().classifier(options.checkpoint);
            int top = Math.min(options.top, task.classes().size());
            try (PredictionFiles files = PredictionFiles.open(options.out, top, inputs)) {
                for (ImageFolder place : places) {
                    predict(place, model, task, top, files);
                }
                files.commit();
            }
        }
        listener.finished(WORK);
        return bad;
    }

    /** By the way of an evaluation, so that an image is seen here as it is there. */
    private void predict(
            ImageFolder images, TrainedModel model, ClassificationTask task, int top, PredictionFiles files)
            throws IOException, InterruptedException {
        InputOptions input = new InputOptions();
        input.onError = ErrorMode.SKIP;
        input.maxErrors = images.size();
        input.workers = options.workers;
        Map<Long, String> reasons = new ConcurrentHashMap<>();
        SampleBatches batches = new SampleBatches(
                images,
                Learning.shapeOf(model.network(), options.batch, model.format()),
                Policy.NONE.withFit(options.fit, Border.GREY),
                input,
                new PipelineListener() {
                    @Override
                    public void onSkipped(String name, Draw draw, Exception cause) {
                        reasons.put(draw.sequence(), cause.getMessage());
                    }
                });
        int next = 0;
        try (PipelineBatches stream = batches.inOrder()) {
            while (true) {
                try (Batch batch = stream.next()) {
                    if (batch == null) {
                        break;
                    }
                    float[] outputs = new float[batch.size() * task.classes().size()];
                    model.predictor().predict(batch.pixels(), batch.size(), outputs);
                    for (int row = 0; row < batch.size(); row++) {
                        // What was left out before this row was told before the row was given.
                        next = leftOut(images, next, reasons, files);
                        tell(new ImagePrediction(images.file(next++), task.likeliest(outputs, row, top), null), files);
                    }
                }
            }
        }
        leftOut(images, next, reasons, files);
    }

    /** Tells of the images from one on that could not be read, up to the first that could. */
    private int leftOut(ImageFolder images, int from, Map<Long, String> reasons, PredictionFiles files)
            throws IOException {
        int next = from;
        for (String reason = reasons.remove((long) next); reason != null; reason = reasons.remove((long) next)) {
            bad++;
            tell(new ImagePrediction(images.file(next++), List.of(), reason), files);
        }
        return next;
    }

    private void tell(ImagePrediction prediction, PredictionFiles files) throws IOException {
        files.add(prediction);
        results.accept(prediction);
        done++;
        double seconds = (System.nanoTime() - start) * 1e-9;
        listener.progress(WORK, done, total, String.format(Locale.ROOT, "%.1f images/s", done / seconds));
    }
}
