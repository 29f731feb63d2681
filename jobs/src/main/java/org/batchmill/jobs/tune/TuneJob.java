package org.batchmill.jobs.tune;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.batchmill.ingest.sources.Tolerance;
import org.batchmill.jobs.JobListener;
import org.batchmill.jobs.NumberText;
import org.batchmill.jobs.dashboard.FrozenPages;
import org.batchmill.jobs.input.DataSets;
import org.batchmill.jobs.input.TrainingSets;
import org.batchmill.jobs.model.ChosenCheckpoint;
import org.batchmill.jobs.options.RunOptions;
import org.batchmill.jobs.report.RunFiles;
import org.batchmill.jobs.task.InputView;
import org.batchmill.jobs.task.Learning;
import org.batchmill.jobs.task.TrainOptions;
import org.batchmill.jobs.train.TrainJob;
import org.batchmill.jobs.train.TrainSummary;
import org.batchmill.records.OptionException;
import org.batchmill.records.SampleSource;
import org.batchmill.records.UsageException;
import org.batchmill.train.checkpoint.CheckpointFolder;
import org.batchmill.train.checkpoint.RunLock;
import org.batchmill.train.monitor.RunConfig;
import org.batchmill.train.task.Task;
import org.batchmill.train.tune.Folds;
import org.batchmill.train.tune.Ranking;
import org.batchmill.train.tune.Search;
import org.batchmill.train.tune.Trial;

/**
 * Searches for hyper-parameters: trains with each choice of options, several at once, evaluates on held-out samples and ranks. A folder
 * keeps each result as soon as it is there and each training with its checkpoints, so that a stopped search goes on where it was.
 * Runs once; {@link #requestStop()} may come from any thread.
 */
public final class TuneJob {

    private static final String WORK = "tuning";
    private static final int LONGEST_NAME = 120;

    private final TuneOptions options;
    private final JobListener listener;
    private final Set<TrainJob> running = ConcurrentHashMap.newKeySet();
    private final AtomicInteger done = new AtomicInteger();
    private volatile boolean stopRequested;
    private volatile Thread thread;

    public TuneJob(TuneOptions options, JobListener listener) {
        this.options = options;
        this.listener = listener;
    }

    /**
     * Ends the trainings that run after their step, each with a checkpoint, and what is done before the first by an interrupt.
     * Thread-safe.
     *
     * @return whether there will be a checkpoint
     */
    public boolean requestStop() {
        stopRequested = true;
        boolean saving = false;
        for (TrainJob job : running) {
            saving |= job.requestStop();
        }
        Thread searching = thread;
        if (running.isEmpty() && searching != null) {
            searching.interrupt();
        }
        return saving;
    }

    /**
     * Searches.
     *
     * @throws IOException          if data or a file of the search is bad; a trial that fails is ranked last instead
     * @throws InterruptedException if a stop was requested
     * @throws UsageException       if the options contradict each other or the data
     */
    @SuppressWarnings("try") // the lock is held, not used
    public TuneSummary run() throws IOException, InterruptedException {
        thread = Thread.currentThread();
        List<Trial> trials = options.all();
        // A misspelt option should not be met after hours.
        trials.forEach(trial -> options.training().with(trial.values()).requireUse(false));
        if (options.search().folds > 1 || options.training().data().valShare != null) {
            view(options.training()).refuseHoldout();
        }
        Path run = options.run();
        try (RunLock lock = RunLock.take(run)) {
            Path results = run.resolve(RunFiles.TRIALS);
            if (Files.exists(results) && !options.training().run().resume) {
                throw new OptionException("{} holds an earlier search: take another {run}, or {resume} it", run);
            }
            listener.onRunFolder(run);
            Task task = task(trials.get(0));
            RunConfig.write(run.resolve(RunFiles.CONFIG), options.byName());
            int all = trials.size() * options.search().folds;
            listener.log(String.format(
                    Locale.ROOT,
                    "%d trainings, %d at a time with %d threads each, evaluated by %s",
                    all,
                    options.parallel(),
                    options.threadsEach(),
                    task.metric()));
            Ranking ranking = new Search(results, options.parallel(), options.search().folds)
                    .run(trials, (trial, fold) -> score(trial, fold, all), task.metric(), task.higherIsBetter());
            listener.finished(WORK);
            TuneSummary summary = new TuneSummary(run, options.search().search, ranking, best(ranking));
            summary.write();
            FrozenPages.write(run, summary.plain(), run.resolve(RunFiles.REPORT));
            return summary;
        }
    }

    /** The checkpoint that each fold of the best trial stands for; none of folders that were taken away since. */
    private List<Path> best(Ranking ranking) throws IOException {
        Ranking.Place first = ranking.places().get(0);
        List<Path> checkpoints = new ArrayList<>();
        for (int fold = 0; fold < options.search().folds && !Double.isNaN(first.mean()); fold++) {
            Path folder = folder(first.trial(), fold);
            if (Files.isDirectory(folder.resolve("checkpoints"))) {
                checkpoints.add(
                        ChosenCheckpoint.take(folder, new JobListener() {}).file());
            }
        }
        return checkpoints;
    }

    private Path folder(Trial trial, int fold) {
        return options.run().resolve("trials").resolve(name(trial)).resolve("fold-" + fold);
    }

    /** What the network is evaluated by; it follows from the data as well. */
    private Task task(Trial first) throws IOException {
        TrainOptions training = options.training().with(first.values());
        try (SampleSource source = DataSets.open(training.data(), view(training), strict(training))) {
            return Learning.of(training, source, null, null).task();
        }
    }

    /** What a stop breaks off is no trial that failed: it is done again. */
    private static InterruptedException stopped(Throwable how) {
        InterruptedException stopped = new InterruptedException("a stop was requested");
        stopped.initCause(how);
        return stopped;
    }

    private double score(Trial trial, int fold, int all) throws IOException, InterruptedException {
        if (stopRequested) {
            throw new InterruptedException("a stop was requested");
        }
        TrainOptions training = options.training().with(trial.values());
        Path folder = folder(trial, fold);
        settle(training, folder);
        TrainJob job = new TrainJob(training, new Quiet(name(trial)));
        running.add(job);
        try (SampleSource source = options.search().folds > 1
                        ? DataSets.open(training.data(), view(training), strict(training))
                        : null;
                TrainingSets sets = sets(training, source, fold)) {
            if (stopRequested) {
                job.requestStop();
            }
            TrainSummary summary = job.run(sets);
            if (summary.stopped()) {
                throw new InterruptedException("a stop was requested");
            }
            listener.log(String.format(
                    Locale.ROOT,
                    "%s, fold %d: %s %s",
                    name(trial),
                    fold,
                    summary.metricName(),
                    NumberText.of(summary.metric())));
            return summary.metric();
        } catch (IOException | RuntimeException e) {
            if (stopRequested) {
                throw stopped(e);
            }
            listener.warn(name(trial) + " failed: " + e.getMessage());
            throw e;
        } finally {
            running.remove(job);
            listener.progress(WORK, done.incrementAndGet(), all, "");
        }
    }

    /** Threads within the limit, one evaluation at the end unless something waits for more, and what was begun goes on. */
    private void settle(TrainOptions training, Path folder) throws IOException {
        training.engine().threads = options.threadsEach();
        training.input().workers = options.threadsEach();
        RunOptions run = training.run();
        run.run = folder;
        run.keep = 1;
        if (run.evaluateSteps == null && training.optimization().patience == null) {
            run.evaluateSteps = 0L;
        }
        run.resume =
                !new CheckpointFolder(folder.resolve("checkpoints"), 1).list().isEmpty();
    }

    private TrainingSets sets(TrainOptions training, SampleSource source, int fold) throws IOException {
        // The division is the search's own: trials with other seeds are evaluated on the same samples.
        long seed = options.training().input().seed;
        if (source != null) {
            SampleSource.Indexed indexed = TrainingSets.indexed(source, "folds");
            return TrainingSets.fold(
                    indexed, new Folds(TrainingSets.count(indexed), options.search().folds, seed), fold);
        }
        TrainingSets sets = TrainingSets.open(view(training), training.data(), seed, strict(training));
        if (sets.validation() == null) {
            sets.close();
            throw new OptionException("a search needs samples to evaluate by: give {val}, {val-share} or {folds}");
        }
        return sets;
    }

    private static InputView view(TrainOptions training) {
        return training.task().definition().view(training);
    }

    private static Tolerance strict(TrainOptions training) {
        return Tolerance.strict(training.data().classes);
    }

    /** A folder name that says what is tried. */
    private static String name(Trial trial) {
        StringBuilder name = new StringBuilder();
        for (Map.Entry<String, String> value : trial.values().entrySet()) {
            name.append(name.length() == 0 ? "" : ",")
                    .append(value.getKey())
                    .append('=')
                    .append(value.getValue());
        }
        String plain = name.toString().replaceAll("(?s)[^A-Za-z0-9=,.+-]", "_");
        return plain.length() <= LONGEST_NAME
                ? plain
                : plain.substring(0, LONGEST_NAME) + "-"
                        + Integer.toHexString(trial.values().hashCode());
    }

    /** Passes on what the user should act on. */
    private final class Quiet implements JobListener {

        private final String trial;

        Quiet(String trial) {
            this.trial = trial;
        }

        @Override
        public void warn(String line) {
            listener.warn(trial + ": " + line);
        }
    }
}
