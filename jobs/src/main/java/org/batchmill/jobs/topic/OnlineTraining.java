package org.batchmill.jobs.topic;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;
import org.batchmill.batches.Batch;
import org.batchmill.ingest.sources.kafka.BadMessageException;
import org.batchmill.ingest.sources.kafka.DeadLetters;
import org.batchmill.ingest.sources.kafka.KafkaCluster;
import org.batchmill.ingest.sources.kafka.PartitionsLostException;
import org.batchmill.ingest.sources.kafka.TopicException;
import org.batchmill.ingest.sources.kafka.TopicSource;
import org.batchmill.jobs.JobListener;
import org.batchmill.jobs.input.PipelineBatches;
import org.batchmill.jobs.options.KafkaOptions;
import org.batchmill.jobs.options.TopicName;
import org.batchmill.jobs.task.Learning;
import org.batchmill.jobs.task.TrainOptions;
import org.batchmill.queues.pipeline.Draw;
import org.batchmill.queues.pipeline.PipelineListener;
import org.batchmill.queues.pipeline.PipelineState;
import org.batchmill.records.ErrorMode;
import org.batchmill.records.SampleId;
import org.batchmill.train.checkpoint.Checkpoint;
import org.batchmill.train.checkpoint.CheckpointFolder;
import org.batchmill.train.loop.Hook;
import org.batchmill.train.loop.LoopControl;
import org.batchmill.train.loop.StepReport;
import org.batchmill.train.loop.TrainingLoop;
import org.batchmill.train.loop.TrainingResult;

/**
 * Holds a training and its topic together. A checkpoint is written only while the partitions are ours and all bad messages before it
 * are in the dead-letter topic; when it is written, the group is told. When partitions are revoked, the loop ends with a checkpoint and
 * a commit; when they are lost, what was learnt since the last checkpoint is thrown away. Either way the caller goes on from the last
 * checkpoint, with the partitions that the group gives then.
 *
 * <p>Used by the thread of the loop; the pipeline and the source call what they were given from theirs.
 */
public final class OnlineTraining implements Hook, TrainingSession {

    private final TopicSource topic;
    private final JobListener listener;
    private final DeadLetters deadLetters;
    private final StepHistory history;
    private final Announcements announcements;
    private final Prequential prequential;
    private final HoldOutEvaluation holdOut;
    private final ConsumptionRate rate = new ConsumptionRate();
    private final AtomicBoolean revoked = new AtomicBoolean();
    /** The last step whose checkpoint the group knows of: others go on from there. */
    private final AtomicLong confirmed = new AtomicLong(-1);

    private final CheckpointFolder checkpoints;
    private final ArrayDeque<String> saved = new ArrayDeque<>();
    private final int kept;
    private final boolean quarantines;
    private final String name;
    private final String group;
    private final Duration patience;
    private final boolean regroups;
    private PipelineBatches batches;

    /**
     * @param everySteps how often what is held out is evaluated on
     * @param regroups   whether the training goes on with other partitions when the group shares them out anew: ranks of a gang end
     */
    public OnlineTraining(
            TopicSource topic,
            TrainOptions options,
            Learning learning,
            Path run,
            CheckpointFolder checkpoints,
            long everySteps,
            boolean regroups,
            JobListener listener)
            throws IOException {
        this.regroups = regroups;
        this.checkpoints = checkpoints;
        this.topic = topic;
        this.listener = listener;
        this.kept = options.run().keep;
        KafkaOptions kafka = options.kafka();
        KafkaCluster cluster = Topics.cluster(kafka);
        this.name = TopicName.of(options.data().data);
        this.patience = kafka.blockSeconds;
        this.group = kafka.group;
        String letters = kafka.deadLetters != null ? kafka.deadLetters : name + "-dead-letters";
        this.deadLetters = DeadLetters.open(cluster, letters, run.resolve("dead-letters.jsonl"));
        this.quarantines = options.input().errorMode() == ErrorMode.QUARANTINE;
        this.history = kafka.history ? new StepHistory(run, topic) : null;
        this.prequential = kafka.prequential ? new Prequential() : null;
        this.holdOut = kafka.valKeys > 0
                ? new HoldOutEvaluation(topic, this::position, learning, options.input(), everySteps, listener)
                : null;
        this.announcements = kafka.publish == null ? null : Announcements.open(cluster, kafka.publish, run, listener);
    }

    @Override
    public PipelineListener listening(PipelineListener other) {
        return new PipelineListener() {
            @Override
            public void onSkipped(String name, Draw draw, Exception cause) {
                SampleId id = cause instanceof BadMessageException bad ? bad.id() : new SampleId(name);
                if (quarantines) {
                    deadLetters.add(id, cause);
                }
                other.onSkipped(id.value(), draw, cause);
            }

            @Override
            public void onWarning(String message) {
                other.onWarning(message);
            }

            @Override
            public boolean traces() {
                return other.traces();
            }

            @Override
            public void onSpan(String name, long from, long to, long sequence) {
                other.onSpan(name, from, to, sequence);
            }

            @Override
            public void onCounter(String name, long at, long value) {
                other.onCounter(name, at, value);
            }
        };
    }

    @Override
    public <T> T train(Checkpoint resumed, Stretch<T> stretch) throws IOException, InterruptedException {
        Optional<T> done = stretch.run(resumed == null ? goBack() : resumed);
        while (done.isEmpty()) {
            done = stretch.run(goBack());
        }
        return done.get();
    }

    /**
     * Stands where the run is to go on: at its last checkpoint, or, if the partitions were lost before there was one, at the beginning.
     *
     * @return null for the beginning
     */
    private Checkpoint goBack() throws IOException, InterruptedException {
        if (!checkpoints.list().isEmpty()) {
            return checkpoints.loadLatest(false).checkpoint();
        }
        topic.beginAnew();
        return null;
    }

    /** A topic is gone through once, however long that takes. */
    @Override
    public Long epochs() {
        return 1L;
    }

    @Override
    public boolean checkpointAtStart() {
        return true;
    }

    @Override
    @SuppressWarnings("try") // the notice speaks for itself
    public Optional<TrainingResult> run(TrainingLoop loop, PipelineBatches input, long step)
            throws IOException, InterruptedException {
        batches = input;
        revoked.set(false);
        confirmed.accumulateAndGet(step, Math::max); // there is nothing older that is known of
        topic.onRevoked(() -> {
            revoked.set(true);
            loop.requestStop();
        });
        try (IdleNotice notice = IdleNotice.watch(name, topic::taken, patience, listener)) {
            TrainingResult result = loop.run();
            if (!topic.awaitCommit()) {
                listener.warn("the broker does not take the commit; the checkpoint has the position all the same");
            }
            if (revoked.get() && result.reason() == TrainingResult.Reason.REQUESTED) {
                if (!regroups) {
                    throw new TopicException(
                            name + ": group " + group + " gave partitions to another member, and a gang"
                                    + " has its group for itself; saved step " + result.step());
                }
                listener.log("step " + result.step()
                        + ": the group shares its partitions out anew; saved and released ours");
                return Optional.empty();
            }
            return Optional.of(result);
        } catch (PartitionsLostException e) {
            if (!regroups) {
                throw e;
            }
            listener.warn(e.getMessage() + " Going back to the last checkpoint that the group knows of.");
            checkpoints.removeBehind(confirmed.get());
            return Optional.empty();
        } finally {
            topic.onRevoked(null);
            topic.release();
        }
    }

    /** Itself among them. */
    @Override
    public List<Hook> hooks() {
        return Stream.of(this, history, prequential, holdOut, announcements)
                .filter(Objects::nonNull)
                .toList();
    }

    private String position() {
        return PipelineState.parse(batches.state()).feed().position();
    }

    @Override
    public void onStepped(LoopControl loop, StepReport report, Batch batch) throws IOException {
        rate.add(topic.taken(), System.nanoTime());
        topic.requireOwned();
    }

    @Override
    public void onSaving(LoopControl loop) throws IOException {
        topic.requireOwned();
        try {
            deadLetters.flush();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while dead letters were written");
        }
    }

    @Override
    public void onSaved(LoopControl loop, Path checkpoint) throws IOException {
        String position = position();
        long step = loop.step();
        topic.commit(position, () -> confirmed.set(step));
        // No checkpoint that is still there is gone back behind.
        saved.add(position);
        if (saved.size() > kept) {
            saved.remove();
            topic.forgetBefore(saved.element());
        }
    }

    @Override
    public Map<String, DoubleSupplier> metrics() {
        Map<String, DoubleSupplier> metrics = new LinkedHashMap<>();
        metrics.put("lag", topic::lag);
        metrics.put("consumed_per_second", rate::perSecond);
        metrics.put("skipped", () -> batches.metrics().counts().skipped());
        metrics.put("dead_letters", deadLetters::count);
        if (prequential != null) {
            metrics.put("prequential_loss", prequential::loss);
        }
        if (holdOut != null) {
            metrics.put("held_out_loss", holdOut::loss);
            metrics.put("held_out_metric", holdOut::metric);
        }
        return metrics;
    }

    @Override
    public String progress() {
        return String.format(
                Locale.ROOT,
                "  lag %,d  %.0f consumed/s  skipped %d%s",
                topic.lag(),
                rate.perSecond(),
                batches.metrics().counts().skipped(),
                prequential == null ? "" : String.format(Locale.ROOT, "  prequential loss %.4g", prequential.loss()));
    }

    @Override
    public void close() throws IOException {
        try {
            // Those that a failure kept from the next checkpoint: they are worth looking at all the more.
            deadLetters.flush();
        } catch (IOException e) {
            listener.warn("bad messages were not sent: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        deadLetters.close();
        if (history != null) {
            history.close();
        }
        if (announcements != null) {
            announcements.close();
        }
    }
}
