package org.batchmill.jobs.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.batchmill.augment.pixels.OpenCv;
import org.batchmill.ingest.sources.Tolerance;
import org.batchmill.ingest.sources.kafka.TopicSource;
import org.batchmill.ingest.sources.kafka.TopicStream;
import org.batchmill.ingest.sources.store.Places;
import org.batchmill.jobs.JobListener;
import org.batchmill.jobs.input.DataSets;
import org.batchmill.jobs.input.SkippedSamples;
import org.batchmill.jobs.input.TrainingSets;
import org.batchmill.jobs.model.ChosenCheckpoint;
import org.batchmill.jobs.model.DevicePlacement;
import org.batchmill.jobs.options.OptionField;
import org.batchmill.jobs.options.PolicyName;
import org.batchmill.jobs.options.TopicName;
import org.batchmill.jobs.task.InputView;
import org.batchmill.jobs.task.Learning;
import org.batchmill.jobs.task.NamedModel;
import org.batchmill.jobs.task.TrainOptions;
import org.batchmill.jobs.topic.FollowingTraining;
import org.batchmill.jobs.topic.OfflineTraining;
import org.batchmill.jobs.topic.OnlineTraining;
import org.batchmill.jobs.topic.TrainingSession;
import org.batchmill.queues.pipeline.RowShare;
import org.batchmill.records.BoxRules;
import org.batchmill.records.DataException;
import org.batchmill.records.ErrorMode;
import org.batchmill.records.OptionException;
import org.batchmill.records.SampleSource;
import org.batchmill.records.UsageException;
import org.batchmill.records.storage.Overwriting;
import org.batchmill.train.checkpoint.Checkpoint;
import org.batchmill.train.checkpoint.CheckpointFolder;
import org.batchmill.train.checkpoint.RunLock;
import org.batchmill.train.collective.Collective;
import org.batchmill.train.engine.Engines;
import org.batchmill.train.engine.Program;
import org.batchmill.train.loop.Hook;
import org.batchmill.train.network.Network;

/**
 * Trains a network: opens the data, compiles the model, runs the loop and keeps what it makes in a run folder. Runs once, on one
 * thread; {@link #requestStop()} may come from any.
 */
public final class TrainJob {

    /**
     * What config.yaml calls the part that tells what the options came to: with the task's, the recipe's and the machine's own values in
     * place of those that nobody gave. Whoever takes options from the file passes it over.
     */
    public static final String RESOLVED = "resolved";

    private final TrainOptions options;
    private final JobListener listener;
    private final List<Hook> hooks = new ArrayList<>();
    private final StopSwitch stop = new StopSwitch();
    private Collective collective;

    public TrainJob(TrainOptions options, JobListener listener) {
        this.options = options.resolved();
        this.listener = listener;
    }

    /** Adds a hook of the user's, called behind the job's own. Before {@link #run()}. */
    public TrainJob hook(Hook hook) {
        hooks.add(hook);
        return this;
    }

    /**
     * Learns as a rank of a gang that the caller formed and closes behind the job; the jobs of all ranks have the same options. Rank 0
     * alone has the run folder, and calls hooks. Before {@link #run()}.
     */
    public TrainJob rank(Collective its) {
        collective = its;
        return this;
    }

    /**
     * Ends the training after the step that is being done, with a checkpoint; before the first step and behind the last, where there is
     * nothing to save, by an interrupt of the thread that runs the job. Thread-safe.
     *
     * @return whether there will be a checkpoint
     */
    public boolean requestStop() {
        return stop.request();
    }

    /**
     * Trains.
     *
     * @throws IOException                              if data is bad beyond what is tolerated, or a file cannot be read or written
     * @throws UsageException                           if the options contradict each other or the data
     * @throws org.batchmill.records.MissingPartException if no engine can run here
     * @throws InterruptedException                     if a stop was requested before the first step or behind the last
     */
    public TrainSummary run() throws IOException, InterruptedException {
        Opener opener = (run, tolerance, rank) -> TopicName.isTopic(options.data().data)
                ? TrainingSets.ofTopic(rank.openTopic(options, run), options.data())
                : TrainingSets.open(view(), options.data(), options.input().seed, tolerance);
        return run(opener);
    }

    /** {@link #run()} on samples that the caller opened and closes. */
    public TrainSummary run(TrainingSets given) throws IOException, InterruptedException {
        return run((run, tolerance, rank) -> given.borrowed());
    }

    private interface Opener {
        TrainingSets open(Path run, Tolerance tolerance, Rank rank) throws IOException, InterruptedException;
    }

    private TrainSummary run(Opener opener) throws IOException, InterruptedException {
        options.options().forEach(OptionField::requireRange);
        options.requireUse(collective != null);
        stop.runsOn(Thread.currentThread());
        try (Rank rank = Rank.of(options.gang(), collective, System.getenv())) {
            try {
                return run(opener, rank);
            } catch (IOException | RuntimeException | InterruptedException | Error e) {
                rank.tell(e);
                throw e;
            }
        } finally {
            stop.runsOn(null);
        }
    }

    private TrainSummary run(Opener opener, Rank rank) throws IOException, InterruptedException {
        if (!rank.inGang()) {
            // While all is seen to that needs no natives; a gang's exchange has its own, which may not be used
            // meanwhile.
            Engines.begin(options.engine().engine);
        }
        rank.require(options);
        if (rank.writes()) {
            return run(opener, rank, runFolder());
        }
        try (ScratchFolder scratch = ScratchFolder.make()) {
            return run(opener, rank, scratch.folder());
        }
    }

    @SuppressWarnings("try") // the lock is held, not used
    private TrainSummary run(Opener opener, Rank rank, Path run) throws IOException, InterruptedException {
        refuseTraceOverInputs();
        Places.requireLocal(run, "a run folder");
        try (NewFolder made = NewFolder.of(run);
                RunLock lock = RunLock.take(run);
                RunMirror mirror = mirror(run, rank)) {
            CheckpointFolder.Loaded loaded = rank.writes() ? resumed(run) : null;
            Checkpoint resumed = rank.shared(loaded);
            // A resumed run has all its parameters already.
            ChosenCheckpoint begun =
                    resumed == null ? InitialParameters.checkpoint(options.optimization(), listener) : null;
            SkippedSamples skipped = new SkippedSamples(run, options.input(), listener);
            Tolerance tolerance = new Tolerance(new BoxRules(options.data().classes), skipped.policy());
            InputView view = view();
            // Before the data, which may take minutes to open, is.
            DevicePlacement placement = new DevicePlacement(options.engine(), listener);
            OpenCv.begin(); // while the data is opened
            try (TrainingSets sets = opener.open(run, tolerance, rank);
                    TrainingSets shown = sets.shown(view)) {
                Learning learning = Learning.of(options, shown.training(), resumed, network(resumed, begun));
                if (loaded != null) {
                    loaded.checkpoint()
                            .requireModel(learning.network(), loaded.file().toString());
                }
                if (mirror != null) {
                    hooks.add(mirror);
                }
                TrainSummary summary = train(run, resumed, begun, learning, shown, skipped, placement, rank);
                if (mirror != null) {
                    mirror.finish();
                }
                return summary;
            } catch (DataException e) {
                throw loaded == null ? e : named(loaded.file(), e);
            }
        }
    }

    /** Null where no copy of the run is wanted. */
    private RunMirror mirror(Path run, Rank rank) {
        String upload = options.run().upload;
        return upload == null || !rank.writes() ? null : new RunMirror(run, upload, listener);
    }

    /** What is wrong with the state of a checkpoint is told where nobody knows its file. */
    private static DataException named(Path file, DataException e) {
        boolean ofCheckpoint = e.where().equals(Checkpoint.STATE) || e.where().equals(Checkpoint.POSITION);
        return ofCheckpoint
                ? new DataException(
                        e.kind(), file.toString(), e.where().replaceFirst("(?s) in .*", " in it ") + e.reason(), e)
                : e;
    }

    private void refuseTraceOverInputs() throws IOException {
        Path trace = options.run().trace;
        if (trace != null) {
            DataSets.refuseOver(trace, options.data());
            PolicyName policy = options.input().policy;
            Overwriting.refuse(
                    trace,
                    options.optimization().init,
                    options.optimization().initNames,
                    NamedModel.file(options.optimization().model),
                    policy == null ? null : policy.file());
        }
    }

    private InputView view() {
        return options.task().definition().view(options);
    }

    private Path runFolder() {
        Path asked = options.run().run;
        if (asked != null) {
            return asked;
        }
        if (options.run().resume) {
            throw new OptionException("{resume} needs {run}: which run is to go on?");
        }
        return FreshFolder.below(Path.of("runs"), options.task().name().toLowerCase(Locale.ROOT));
    }

    private CheckpointFolder checkpoints(Path run) {
        return new CheckpointFolder(run.resolve("checkpoints"), options.run().keep);
    }

    /** The checkpoint to go on from; null for a new run. */
    private CheckpointFolder.Loaded resumed(Path run) throws IOException {
        CheckpointFolder folder = checkpoints(run);
        if (!options.run().resume) {
            if (!folder.list().isEmpty()) {
                throw new OptionException(
                        "{} holds checkpoints of an earlier run: take another {run}, or {resume} it", run);
            }
            return null;
        }
        CheckpointFolder.Loaded loaded = folder.loadLatest(options.run().fallback);
        ChosenCheckpoint.requireSense(loaded.file(), loaded.checkpoint());
        ResumedOptions.require(options, loaded);
        loaded.skipped().forEach(line -> listener.warn(line + "; went back to an older checkpoint"));
        listener.log("going on from " + loaded.file() + ", step "
                + loaded.checkpoint().progress().step());
        return loaded;
    }

    private TrainSummary train(
            Path run,
            Checkpoint resumed,
            ChosenCheckpoint begun,
            Learning learning,
            TrainingSets sets,
            SkippedSamples skipped,
            DevicePlacement placement,
            Rank rank)
            throws IOException, InterruptedException {
        SampleSource training = sets.training();
        rank.requireSameData(sets);
        RowShare share = rank.share(learning.recipe());
        sets.notices().forEach(listener::warn);
        listener.log(DataSets.summary(training, sets.validation()));
        if (resumed == null) {
            learning.networkTask().check(training).forEach(listener::log);
        }
        List<String> classes = learning.task().description().classes();
        ValidationCheck.require(
                sets.validation(),
                options.task().definition().labels(classes),
                options.input().errorMode());
        InitialParameters init = resumed == null
                ? InitialParameters.of(options.optimization(), learning.network(), begun, listener)
                : null;
        KeptZeros zeros = KeptZeros.of(
                options.optimization().keepZeros,
                resumed != null || init == null ? resumed : init.checkpoint(),
                listener);
        Cadence cadence = new Cadence(options.run(), learning, training);
        ResolvedOptions resolved = ResolvedOptions.of(options, learning, cadence, options.engine().engine);
        rank.requireSame(resolved);
        try (Program program = placement.compile(ProgramRequest.of(
                        options,
                        learning,
                        zeros,
                        rank.programRows(learning.recipe()),
                        rank.syncBatchNorm(learning.recipe())));
                TrainingSession session = session(training, learning, run, cadence, rank);
                RunRecord record = RunRecord.open(
                        run,
                        resolved.on(placement.describe(program)),
                        rank.writes() ? options.run().trace : null,
                        learning,
                        listener,
                        session,
                        rank)) {
            rank.requireProcessor(program.spec().execution().device());
            if (rank.writes()) {
                DiskSpace.require(run, program, options.run().keep);
            }
            listener.log(String.format(
                    Locale.ROOT,
                    "model %s, input %s, %,d parameters; engine %s%s",
                    learning.network().name(),
                    learning.network().input(),
                    learning.network().trainableCount(),
                    placement.describe(program),
                    rank.describe().isEmpty() ? "" : "; " + rank.describe()));
            initialise(program, init);
            Course course = new Course(
                    new Course.Plan(run, options, learning, sets, cadence, zeros, rank, share),
                    new Course.Open(program, session, record, checkpoints(run)),
                    skipped,
                    hooks,
                    stop,
                    listener);
            return session.train(resumed, course::run);
        }
    }

    /** What the place that the samples come from asks of the training. */
    private TrainingSession session(SampleSource training, Learning learning, Path run, Cadence cadence, Rank rank)
            throws IOException {
        if (!(training instanceof TopicStream topic)) {
            return new OfflineTraining(epochs());
        }
        topic.expect(
                options.task().definition().labels(learning.task().description().classes()));
        return topic instanceof TopicSource own
                ? new OnlineTraining(
                        own,
                        options,
                        learning,
                        run,
                        checkpoints(run),
                        cadence.evaluateEvery(),
                        !rank.inGang(),
                        listener)
                : new FollowingTraining(topic);
    }

    /** Where samples may be left out, epochs are shorter than the data, and so many are gone through as were asked for. */
    private Long epochs() {
        Integer asked = options.optimization().epochs;
        return asked == null || options.input().errorMode() == ErrorMode.FAIL ? null : Long.valueOf(asked);
    }

    /** The network that a run with {@code --init} began with, or begins with; null where no checkpoint is named. */
    private Network network(Checkpoint resumed, ChosenCheckpoint begun) {
        boolean goesOn = resumed != null && options.optimization().init != null;
        return goesOn
                ? resumed.network()
                : begun == null ? null : begun.checkpoint().network();
    }

    private void initialise(Program program, InitialParameters init) {
        if (init != null) {
            int taken = init.into(program);
            listener.log("took " + taken + " of "
                    + program.spec().network().parameters().size() + " parameters from " + init.file());
        }
    }
}
