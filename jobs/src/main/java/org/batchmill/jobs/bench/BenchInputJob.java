package org.batchmill.jobs.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.batchmill.augment.transform.Policy;
import org.batchmill.batches.Batch;
import org.batchmill.batches.BatchShape;
import org.batchmill.jobs.JobListener;
import org.batchmill.jobs.input.DataSets;
import org.batchmill.jobs.input.PipelineBatches;
import org.batchmill.jobs.input.SampleBatches;
import org.batchmill.jobs.input.SkippedSamples;
import org.batchmill.jobs.options.DataOptions;
import org.batchmill.jobs.options.InputOptions;
import org.batchmill.queues.pipeline.Draw;
import org.batchmill.queues.pipeline.PipelineListener;
import org.batchmill.queues.pipeline.PipelineMetrics;
import org.batchmill.records.OptionException;
import org.batchmill.records.SampleSource;
import org.batchmill.records.UsageException;

/**
 * Measures the input pipeline over whole epochs, and in turns with it its {@link Ceiling}. Small data sets pass in a
 * fraction of a second, in which the compiler and a busy machine weigh as much as the pipeline: both are warmed up, at least as many epochs as
 * make a thousand images are measured in several rounds, each by a pipeline of its own, and the medians count.
 */
public final class BenchInputJob {

    private static final int DEFAULT_BATCH = 32;

    /** A pipeline of fewer images is measured by its beginning: threads, and memory that is touched for the first time. */
    private static final long ROUND = 1000;

    /** So many rounds of both share the time that was asked for, if none of them is shorter than that. */
    private static final int ROUNDS = 5;

    /** A cached batch is handed over in microseconds: so many epochs of it are timed together. */
    private static final long CACHED_EPOCHS = 1000;

    private final SampleSource.Indexed source;
    private final InputOptions input;
    private final BatchShape shape;
    private final Policy policy;
    private final boolean cached;
    /** Epochs of the shortest round. */
    private final long shortest;

    private BenchInputJob(SampleSource.Indexed source, InputOptions input, BatchShape shape, Policy policy) {
        this.source = source;
        this.input = input;
        this.shape = shape;
        this.policy = policy;
        this.cached = input.resources.cached;
        this.shortest = Math.max(1, (ROUND + source.size() - 1) / Math.max(1, source.size()));
    }

    /**
     * Measures.
     *
     * @param options  how much; of the data one epoch at least is gone through to warm up, and one to measure
     * @param listener is told of bad samples and warnings
     * @throws UsageException if the options contradict each other, or the data are a stream
     */
    public static BenchInputResult run(
            DataOptions data, InputOptions input, BenchInputOptions options, JobListener listener)
            throws IOException, InterruptedException {
        if (input.resources.decodedCache != null) {
            throw new OptionException("bench input decodes every image once: {decoded-cache} has nothing to keep for");
        }
        Policy asked = input.readPolicy();
        int rows = input.batch == null ? DEFAULT_BATCH : input.batch;
        BatchShape shape = new BatchShape(rows, options.side, options.side, 3, Batch.Format.UINT8_NHWC);
        try (SampleSource source = DataSets.openMixed(data)) {
            if (!(source instanceof SampleSource.Indexed indexed)) {
                throw new UsageException("a bench reads files, not a stream");
            }
            return new BenchInputJob(indexed, input, shape, asked == null ? Policy.NONE : asked)
                    .measure((long) (options.seconds * 1e9), options.digest, listener);
        }
    }

    private BenchInputResult measure(long nanos, boolean digest, JobListener listener)
            throws IOException, InterruptedException {
        BatchDigest sum = digest ? new BatchDigest() : null;
        epochs(batches(naming(listener)), 1, sum);
        SampleBatches batches = batches(new PipelineListener() {});
        try (Ceiling ceiling = ceiling(batches)) {
            return inTurns(batches, ceiling, nanos, digest ? sum.hex() : null);
        }
    }

    private Ceiling ceiling(SampleBatches batches) throws IOException {
        Optional<PlainLoop> plain = PlainLoop.of(source, policy, shape, input.workerCount());
        return plain.isPresent() ? plain.get() : new BareLoop(source, batches.draws(), shape, policy, input);
    }

    private BenchInputResult inTurns(SampleBatches batches, Ceiling ceiling, long nanos, String digest)
            throws IOException, InterruptedException {
        double speed = ceiling.imagesPerSecond(shortest);
        // All the time is the pipeline's: next to nothing of the ceiling is Java that must be compiled.
        for (long start = System.nanoTime(); System.nanoTime() - start < nanos; ) {
            round(batches, shortest);
        }
        long epochs = Math.max(shortest, (long) (speed * nanos * 1e-9 / (2 * ROUNDS) / source.size()));
        List<Round> rounds = new ArrayList<>();
        List<Double> ceilings = new ArrayList<>();
        long start = System.nanoTime();
        do {
            ceilings.add(ceiling.imagesPerSecond(epochs));
            rounds.add(round(batches, epochs));
        } while (System.nanoTime() - start < nanos);
        rounds.sort((a, b) -> Double.compare(a.imagesPerSecond, b.imagesPerSecond));
        ceilings.sort(null);
        Round median = rounds.get(rounds.size() / 2);
        PipelineMetrics metrics = median.metrics;
        return new BenchInputResult(
                new BenchInputResult.Input(
                        median.images,
                        input.policy == null ? "none" : input.policy.text(),
                        input.shuffle.toString(),
                        cached ? input.workerCount() : metrics.workers().count(),
                        cached),
                new BenchInputResult.Speed(median.imagesPerSecond, metrics.bytesPerSecond()),
                new BenchInputResult.Ceiling(ceiling.kind(), ceilings.get(ceilings.size() / 2)),
                metrics.shuffleQuality(),
                stages(metrics),
                digest,
                metrics.verdict());
    }

    private SampleBatches batches(PipelineListener listener) {
        return new SampleBatches(source, shape, policy, input, listener);
    }

    /** @param images of an epoch */
    private record Round(long images, double imagesPerSecond, PipelineMetrics metrics) {}

    private static PipelineListener naming(JobListener listener) {
        return new PipelineListener() {
            @Override
            public void onSkipped(String name, Draw draw, Exception cause) {
                listener.warn(SkippedSamples.line(name, cause));
            }

            @Override
            public void onWarning(String message) {
                listener.warn(message);
            }
        };
    }

    private Round round(SampleBatches batches, long epochs) throws IOException, InterruptedException {
        return cached ? cachedEpochs(batches) : epochs(batches, epochs, null);
    }

    private static Round epochs(SampleBatches batches, long epochs, BatchDigest digest)
            throws IOException, InterruptedException {
        long start = System.nanoTime();
        long images = 0;
        try (PipelineBatches stream = batches.shuffled(epochs, null)) {
            while (true) {
                try (Batch batch = stream.next()) {
                    if (batch == null) {
                        break;
                    }
                    images += batch.size();
                    if (digest != null) {
                        digest.add(batch);
                    }
                }
            }
            double seconds = (System.nanoTime() - start) * 1e-9;
            return new Round(images / epochs, images / seconds, stream.metrics());
        }
    }

    /** Times what follows the first batch: its making is not free. */
    private Round cachedEpochs(SampleBatches batches) throws IOException, InterruptedException {
        try (PipelineBatches stream = batches.cached(CACHED_EPOCHS)) {
            stream.next().close();
            long start = System.nanoTime();
            long images = 0;
            while (true) {
                try (Batch batch = stream.next()) {
                    if (batch == null) {
                        break;
                    }
                    images += batch.size();
                }
            }
            double seconds = (System.nanoTime() - start) * 1e-9;
            return new Round(source.size(), images / seconds, stream.metrics());
        }
    }

    private static List<BenchInputResult.Stage> stages(PipelineMetrics metrics) {
        double all = metrics.stages().stream()
                .mapToLong(PipelineMetrics.Stage::busyNanos)
                .sum();
        return metrics.stages().stream()
                .map(stage -> new BenchInputResult.Stage(
                        stage.name(), metrics.millisPerSample(stage), stage.busyNanos() / all))
                .toList();
    }
}
