package org.batchmill.jobs.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.batchmill.ingest.packing.PackJob;
import org.batchmill.ingest.packing.PackOptions;
import org.batchmill.ingest.packing.PackProgress;
import org.batchmill.ingest.packing.PackResult;
import org.batchmill.ingest.packing.SplitRule;
import org.batchmill.ingest.sources.DataFormat;
import org.batchmill.ingest.sources.SourceOptions;
import org.batchmill.jobs.JobListener;
import org.batchmill.jobs.JsonLine;
import org.batchmill.jobs.detect.DetectJob;
import org.batchmill.jobs.detect.DetectOptions;
import org.batchmill.jobs.detect.ImageFolder;
import org.batchmill.jobs.evaluate.EvaluateJob;
import org.batchmill.jobs.options.DataOptions;
import org.batchmill.jobs.options.EngineOptions;
import org.batchmill.jobs.options.InputOptions;
import org.batchmill.jobs.options.PolicyName;
import org.batchmill.jobs.samples.ShapesDataSet;
import org.batchmill.jobs.task.TaskKind;
import org.batchmill.jobs.task.TrainOptions;
import org.batchmill.jobs.train.TrainJob;
import org.batchmill.jobs.train.TrainSummary;
import org.batchmill.queues.pipeline.Shuffle;
import org.batchmill.records.OptionException;

/**
 * The whole way in minutes: draws a data set, packs it, trains a detector from the shards through the shuffle queue, evaluates it on
 * images that it was not trained on, and draws what it finds. Runs once, on one thread; {@link #requestStop()} may come from any.
 */
public final class DemoJob {

    /** Seen seven times each: the more are drawn, the less is learnt by heart (docs/results.md). */
    private static final int IMAGES = 4400;

    private static final int VALIDATION_EVERY = 11;
    private static final int BATCH = 16;
    private static final int EPOCHS = 7;
    private static final long EVALUATE_EVERY = 250;
    private static final int DRAWN = 12;

    private final Path folder;
    private final long seed;
    private final EngineOptions engine;
    private final JobListener listener;
    private TrainJob training;
    private Thread thread;
    private boolean stopRequested;

    public DemoJob(DemoOptions options, EngineOptions engine, JobListener listener) {
        this.folder = options.out;
        this.seed = options.seed;
        this.engine = engine;
        this.listener = listener;
    }

    /**
     * How the demo ended.
     *
     * @param run             the run folder
     * @param images        the folder of images with boxes drawn; null if the demo was stopped
     * @param map50           mean average precision at an IoU of .5 on the validation images; NaN if it was stopped
     * @param imagesPerSecond in training
     * @param waitedShare     the part of the training time in which the network waited for data
     * @param seconds         for everything
     */
    public record Summary(
            Path run,
            Path images,
            double map50,
            double imagesPerSecond,
            double waitedShare,
            double seconds,
            boolean stopped) {

        /** For people. */
        public List<String> lines() {
            List<String> lines = new ArrayList<>();
            lines.add(stopped ? "stopped after a checkpoint" : "done");
            lines.add("run folder     " + run);
            lines.add("images         " + images);
            lines.add(String.format(Locale.ROOT, "mAP@0.5        %.3f on images that it was not trained on", map50));
            lines.add(String.format(Locale.ROOT, "speed          %.0f images/s", imagesPerSecond));
            lines.add(String.format(
                    Locale.ROOT, "waiting        %.1f %% of the training time waited for data", 100 * waitedShare));
            lines.add(String.format(Locale.ROOT, "time           %.0f s in all", seconds));
            if (!stopped) {
                Path folder = run.resolveSibling("data");
                lines.add("next           look at " + run.resolve("report.html"));
                lines.add("               ./batchmill eval " + run + " --data " + folder + " --split val");
                lines.add("               ./batchmill train yolo --data " + folder + " --run "
                        + run.resolveSibling("longer") + " --epochs 20");
                lines.add("               ./batchmill check FOLDER, and train on images of your own");
            }
            return lines;
        }

        /** One line with the keys of docs/cli.md. */
        public String toJson() {
            Map<String, Object> keys = new LinkedHashMap<>();
            keys.put("run", run.toString());
            keys.put("map50", JsonLine.finite(map50));
            keys.put("images_per_second", JsonLine.finite(imagesPerSecond));
            keys.put("waited_share", JsonLine.finite(waitedShare));
            keys.put("seconds", seconds);
            return JsonLine.of(keys);
        }
    }

    /**
     * Ends the demo: its training after a checkpoint, all else by an interrupt of the thread that runs it. Thread-safe.
     *
     * @return whether there will be a checkpoint
     */
    public synchronized boolean requestStop() {
        stopRequested = true;
        if (training != null && training.requestStop()) {
            return true;
        }
        if (thread != null) {
            thread.interrupt();
        }
        return false;
    }

    private synchronized void runsOn(Thread running) {
        thread = running;
    }

    private synchronized void trains(TrainJob next) {
        training = next;
        if (stopRequested) {
            next.requestStop();
        }
    }

    /** Runs the demo. */
    public Summary run() throws IOException, InterruptedException {
        runsOn(Thread.currentThread());
        long start = System.nanoTime();
        Path data = folder.resolve("data");
        Path run = folder.resolve("run");
        if (Files.exists(data) || Files.exists(run)) {
            throw new OptionException("{} holds an earlier demo: name a new folder with {out}", folder);
        }
        Files.createDirectories(run);
        listener.onRunFolder(run);
        listener.log("1/4 drawing " + IMAGES + " images of shapes, labelled as PASCAL VOC: " + data);
        ShapesDataSet.write(data, IMAGES, VALIDATION_EVERY, seed, listener);
        listener.log("2/4 packing them into TFRecord shards with Beam: " + folder.resolve("records"));
        Path prefix = folder.resolve("records").resolve("shapes");
        pack(data, prefix);
        listener.log("3/4 training a YOLO v1 network from the shards through the shuffle queue: " + run);
        TrainSummary trained = train(prefix, run);
        if (trained.stopped()) {
            return summary(run, null, Double.NaN, trained, start);
        }
        Path images = folder.resolve("images");
        listener.log("4/4 drawing what it finds in images that it was not trained on: " + images);
        draw(data, run, images);
        return summary(run, images, bestMap(prefix, run), trained, start);
    }

    private void pack(Path data, Path prefix) throws IOException, InterruptedException {
        PackProgress.Listener progress =
                now -> listener.progress("packing", now.checked() + now.written(), 2 * now.total(), "");
        PackResult packed = PackJob.run(
                PackOptions.of(data.toString(), prefix.toString())
                        .withSource(SourceOptions.defaults().withFormat(DataFormat.VOC))
                        .withSplit(SplitRule.LISTS)
                        .withShards(2)
                        .withSeed(seed),
                progress);
        listener.finished("packing");
        listener.log("packed " + packed.samples() + " samples, " + packed.bytes() / 1024 + " KiB");
    }

    private TrainSummary train(Path prefix, Path run) throws IOException, InterruptedException {
        TrainOptions options = TrainOptions.of(TaskKind.YOLO);
        options.data().data = prefix + "-train-*.tfrecord";
        options.data().val = prefix + "-val-*.tfrecord";
        options.input().batch = BATCH;
        options.input().shuffle = Shuffle.queue(600, 300);
        options.input().seed = seed;
        options.input().policy = new PolicyName("none");
        options.optimization().epochs = EPOCHS;
        options.engine().engine = engine.engine;
        options.engine().device = engine.device;
        options.engine().threads = engine.threads;
        options.run().run = run;
        options.run().evaluateSteps = EVALUATE_EVERY;
        TrainJob job = new TrainJob(options, listener);
        trains(job);
        return job.run();
    }

    private double bestMap(Path prefix, Path run) throws IOException, InterruptedException {
        DataOptions data = new DataOptions();
        data.data = prefix + "-val-*.tfrecord";
        return EvaluateJob.run(List.of(run), data, new InputOptions(), engine, listener)
                .scores()
                .get("map50");
    }

    private void draw(Path data, Path run, Path out) throws IOException, InterruptedException {
        Path images = data.resolve("JPEGImages");
        List<String> names = Files.readAllLines(
                        data.resolve("ImageSets").resolve("Main").resolve("val.txt"))
                .stream()
                .limit(DRAWN)
                .map(name -> name + ".jpg")
                .toList();
        try (ImageFolder some = ImageFolder.of(images, names)) {
            DetectOptions options = new DetectOptions();
            options.checkpoint = run;
            options.images = images;
            options.out = out;
            options.engine = engine;
            DetectJob.run(some, options, result -> {}, listener);
        }
    }

    private Summary summary(Path run, Path images, double map50, TrainSummary trained, long start) {
        return new Summary(
                run,
                images,
                map50,
                trained.result().imagesPerSecond(),
                trained.result().waitedShare(),
                (System.nanoTime() - start) * 1e-9,
                trained.stopped());
    }
}
