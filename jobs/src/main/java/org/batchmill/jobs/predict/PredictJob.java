package org.batchmill.jobs.predict;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.batchmill.augment.transform.Border;
import org.batchmill.augment.transform.Policy;
import org.batchmill.jobs.DryRun;
import org.batchmill.jobs.JobListener;
import org.batchmill.jobs.OutputLock;
import org.batchmill.jobs.detect.ImageFolder;
import org.batchmill.jobs.model.OrderedPredictions;
import org.batchmill.jobs.model.PipelinePredictor;
import org.batchmill.jobs.model.SamplePredictor;
import org.batchmill.jobs.model.TrainedModel;
import org.batchmill.records.Labels;
import org.batchmill.records.OptionException;
import org.batchmill.records.storage.Overwriting;
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
     * @throws org.batchmill.records.UsageException if the network is no classifier, a file would be written over an input, or another
     *                                               job writes it
     */
    public static int run(PredictOptions options, Consumer<ImagePrediction> results, JobListener listener)
            throws IOException, InterruptedException {
        checkTop(options);
        if (options.batch < 1) {
            throw new OptionException("{batch} is at least 1, not {}", options.batch);
        }
        return new PredictJob(options, results, listener).run();
    }

    /**
     * The classifier at work on samples of any origin.
     *
     * @param options whose images and output are not looked at
     * @param rows    images predicted at a time
     * @return says {@code class}, {@code probability} and {@code top} of a sample; the caller closes it
     * @throws org.batchmill.records.UsageException if the network is no classifier
     */
    public static SamplePredictor predictor(PredictOptions options, int rows, JobListener listener) throws IOException {
        checkTop(options);
        TrainedModel model = TrainedModel.load(List.of(options.checkpoint), rows, options.engine, listener);
        try {
            ClassificationTask task = model.networkTask().classifier(options.checkpoint);
            int top = Math.min(options.top, task.classes().size());
            return new PipelinePredictor(
                    model,
                    rows,
                    Policy.NONE.withFit(options.fit, Border.GREY),
                    new Labels.ClassLabel(task.classes().get(0)),
                    (outputs, row) -> ImagePrediction.keys(task.likeliest(outputs, row, top)));
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    private static void checkTop(PredictOptions options) {
        if (options.top < 1) {
            throw new OptionException("{top} is at least 1, not {}", options.top);
        }
    }

    /**
     * What {@link #run} would read and write. No image is opened.
     *
     * @throws IOException if a place has no images
     */
    public static DryRun preview(PredictOptions options) throws IOException {
        long images = 0;
        for (Path place : options.images) {
            images += ImageFolder.open(place).size();
        }
        return new DryRun(
                Map.of("images", images), options.out == null ? List.of() : PredictionFiles.wanted(options.out));
    }

    @SuppressWarnings("try") // a lock is held, not asked
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
        List<Path> wanted = options.out == null ? List.of() : PredictionFiles.wanted(options.out);
        Overwriting.refuse(wanted, inputs);
        try (OutputLock lock = OutputLock.ofFiles(wanted);
                TrainedModel model =
                        TrainedModel.load(List.of(options.checkpoint), options.batch, options.engine, listener)) {
            ClassificationTask task = model.networkTask().classifier(options.checkpoint);
            int top = Math.min(options.top, task.classes().size());
            try (PredictionFiles files = PredictionFiles.open(wanted, top)) {
                for (ImageFolder place : places) {
                    predict(place, model, task, top, files);
                }
                files.commit();
            }
        }
        listener.finished(WORK);
        return bad;
    }

    private void predict(
            ImageFolder images, TrainedModel model, ClassificationTask task, int top, PredictionFiles files)
            throws IOException, InterruptedException {
        Policy policy = Policy.NONE.withFit(options.fit, Border.GREY);
        OrderedPredictions.Results told = new OrderedPredictions.Results() {
            @Override
            public void predicted(long index, float[] outputs, int row) throws IOException {
                tell(new ImagePrediction(images.file(index), task.likeliest(outputs, row, top), null), files);
            }

            @Override
            public void leftOut(long index, Exception cause) throws IOException {
                bad++;
                tell(new ImagePrediction(images.file(index), List.of(), cause.getMessage()), files);
            }
        };
        OrderedPredictions.run(model, options.batch, images, images.size(), policy, options.workers, told);
    }

    private void tell(ImagePrediction prediction, PredictionFiles files) throws IOException {
        files.add(prediction);
        results.accept(prediction);
        done++;
        double seconds = (System.nanoTime() - start) * 1e-9;
        listener.progress(WORK, done, total, String.format(Locale.ROOT, "%.1f images/s", done / seconds));
    }
}
