package org.batchmill.jobs.serve;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32C;
import org.batchmill.augment.transform.Mixing;
import org.batchmill.augment.transform.Policy;
import org.batchmill.batches.Batch;
import org.batchmill.batches.BatchShape;
import org.batchmill.batches.served.RemoteService;
import org.batchmill.batches.served.RingArray;
import org.batchmill.batches.served.RingFile;
import org.batchmill.ingest.sources.Tolerance;
import org.batchmill.jobs.JobListener;
import org.batchmill.jobs.input.DataDigest;
import org.batchmill.jobs.input.DataSets;
import org.batchmill.jobs.input.SampleBatches;
import org.batchmill.jobs.input.SkippedSamples;
import org.batchmill.jobs.options.DataOptions;
import org.batchmill.jobs.options.InputOptions;
import org.batchmill.jobs.task.InputView;
import org.batchmill.queues.pipeline.Draw;
import org.batchmill.queues.pipeline.FinalBatch;
import org.batchmill.queues.pipeline.PipelineListener;
import org.batchmill.queues.pipeline.Shuffle;
import org.batchmill.records.BoxRules;
import org.batchmill.records.Content;
import org.batchmill.records.DamagePolicy;
import org.batchmill.records.DataException;
import org.batchmill.records.ErrorMode;
import org.batchmill.records.OptionException;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleSource;

/**
 * Serves batches to trainers, whatever they are written in: docs/serve.md says how. Runs once, on one thread; {@link #requestStop()} may be called
 * by any, and so may what tells addresses.
 */
public final class ServeJob {

    private static final int DEFAULT_BATCH = 32;
    private static final int SHOWN = 5;
    private static final String EMPTY = "{data} has no samples";

    private final DataOptions data;
    private final InputOptions input;
    private final ServeOptions options;
    private final JobListener listener;
    private volatile boolean stopRequested;
    private volatile String address;
    private volatile String remoteAddress;
    private ServedStream stream;
    private RingFile ring;

    /**
     * @param data  what is served: as of a training, the data's own training list unless {@code split} says otherwise
     * @param input how batches are made; prefetch, autotuning and caching are not looked at
     * @throws OptionException if an option makes no sense
     */
    public ServeJob(DataOptions data, InputOptions input, ServeOptions options, JobListener listener) {
        if (options.ring < 2) {
            throw new OptionException(
                    "{ring} is at least 2, one batch being read and one being made, not {}", options.ring);
        }
        if (options.maxBoxes < 1) {
            throw new OptionException("{max-boxes} is at least 1, not {}", options.maxBoxes);
        }
        if (input.shuffle instanceof Shuffle.Queue) {
            throw new OptionException(
                    "{shuffle} {} has an order that nobody could go on in: take another", input.shuffle);
        }
        if (input.errorMode() == ErrorMode.QUARANTINE) {
            throw new OptionException(
                    "{on-error} quarantine keeps a list in a run's folder, which serve has none of: skip");
        }
        this.data = data;
        this.input = input;
        this.options = options;
        this.listener = listener;
    }

    /** Where consumers ask, as {@code 127.0.0.1:7070}; null until they can. */
    public String address() {
        return address;
    }

    /** Where consumers of other machines ask, as {@code 192.0.2.1:7071}; null unless they are served, and until they can. */
    public String remoteAddress() {
        return remoteAddress;
    }

    /** Ends the service, and with it {@link #run}. Its shared memory is given back before anything else. */
    public void requestStop() {
        stopRequested = true;
        synchronized (this) {
            if (stream != null) {
                stream.stop();
            }
            try {
                if (ring != null) {
                    ring.close();
                }
            } catch (IOException e) {
                listener.warn(ring.path() + " is left: " + e.getMessage());
            }
        }
    }

    /**
     * Serves until {@link #requestStop()}, or until a bad sample that is not to be skipped ends the batches and all consumers know.
     *
     * @throws OptionException if the port is taken, or the shared memory cannot be had
     * @throws IOException     if the data are bad
     */
    public void run() throws IOException, InterruptedException {
        Policy asked = input.readPolicy();
        Policy policy = asked == null ? Policy.NONE : asked;
        RemoteAccess access = RemoteAccess.of(options);
        try (Listening listening = Listening.on(options.bind);
                SampleSource source = DataSets.open(data, InputView.WHOLE, tolerance())) {
            serve(listening, access, source, policy);
        }
    }

    private Tolerance tolerance() {
        DamagePolicy damage = input.errorMode() == ErrorMode.FAIL
                ? DamagePolicy.fail()
                : DamagePolicy.skip(input.maxErrors, place -> listener.warn(place.getMessage()));
        return new Tolerance(new BoxRules(data.classes), damage);
    }

    private void serve(Listening listening, RemoteAccess access, SampleSource source, Policy policy)
            throws IOException, InterruptedException {
        int rows = input.batch == null ? DEFAULT_BATCH : input.batch;
        Sample first = first(source);
        BatchShape shape = shape(first, rows);
        TargetArrays targets = TargetArrays.of(
                shape,
                source.classes(),
                first.labels(),
                policy.mixing().kind() == Mixing.Kind.MIXUP,
                options.maxBoxes,
                listener);
        FinalBatch last =
                options.last == ServeOptions.Last.DROP ? FinalBatch.DROPPED_EACH_EPOCH : FinalBatch.SMALLER_EACH_EPOCH;
        Skipped skipped = new Skipped(rows);
        SampleBatches samples = new SampleBatches(source, shape, policy, input, skipped);
        Identity identity = identity(source, shape, policy);
        Long epochLength =
                source instanceof SampleSource.Indexed ? samples.draws().epochLength() : null;
        requireEnough(epochLength, rows);
        skipped.epochLength = epochLength;
        try (RingFile its = RingFile.create(options.ringFolder, options.ring, targets.bytes(), () -> stopRequested)) {
            // Before natives are loaded, which takes seconds: a signal must not find memory that nobody gives back.
            if (!publish(its)) {
                return;
            }
            try (ServedStream served = new ServedStream(
                    (state, sink) -> Production.open(samples, last, its.slots(), targets, state, sink),
                    options.ring,
                    rows,
                    options.last == ServeOptions.Last.KEEP,
                    listener)) {
                if (!publish(served)) {
                    return;
                }
                Conversation.Host host = new Conversation.Host(
                        served,
                        its,
                        identity,
                        targets.arrays(),
                        facts(targets, source, identity, rows, epochLength),
                        new Conversation.Notices(listener));
                rethrow(answer(host, listening, access));
            }
        }
    }

    /** Serves until the end; what it was that ended the batches, null if it was asked for. */
    private Throwable answer(Conversation.Host host, Listening listening, RemoteAccess access)
            throws IOException, InterruptedException {
        try (RemoteService.Open remote = access == null ? null : access.open(host, listener)) {
            remoteAddress = remote == null ? null : remote.address();
            listening.start(host);
            address = listening.address();
            listener.log(String.format(
                    Locale.ROOT,
                    "batches of %s are served at %s, in %s (%.1f MB); Ctrl-C stops it",
                    host.facts().get("rows"),
                    address,
                    host.ring().path(),
                    host.ring().slots().stream().mapToLong(ByteBuffer::capacity).sum() / 1e6));
            return host.stream().awaitEnd();
        } finally {
            listening.close();
        }
    }

    /** False if it is not wanted any more. */
    private synchronized boolean publish(RingFile made) {
        ring = made;
        return !stopRequested;
    }

    /** The same. */
    private synchronized boolean publish(ServedStream made) {
        stream = made;
        return !stopRequested;
    }

    private static void rethrow(Throwable failure) throws IOException {
        if (failure instanceof IOException io) {
            throw io;
        }
        if (failure instanceof RuntimeException fault) {
            throw fault;
        }
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure != null) {
            throw new IOException(failure);
        }
    }

    private void requireEnough(Long epochLength, int rows) {
        if (epochLength != null && options.last == ServeOptions.Last.DROP && epochLength < rows) {
            throw new OptionException(
                    "an epoch of {} samples fills no {batch} of {}: take a smaller one, or {last} keep",
                    epochLength,
                    rows);
        }
    }

    /** Reads one sample. */
    @FunctionalInterface
    private interface Look {
        Sample read() throws IOException, InterruptedException;
    }

    /** The first sample that can be read: it says what the others are like. */
    private static Sample first(SampleSource source) throws IOException, InterruptedException {
        Look look = source.accept(new SampleSource.Visitor<>() {
            @Override
            public Look indexed(SampleSource.Indexed samples) {
                return () -> first(samples);
            }

            @Override
            public Look stream(SampleSource.Stream samples) {
                return () -> first(samples);
            }
        });
        return look.read();
    }

    private static Sample first(SampleSource.Stream stream) throws IOException, InterruptedException {
        String position = stream.position();
        Sample sample = stream.next();
        stream.seek(position);
        if (sample == null) {
            throw new OptionException(EMPTY);
        }
        return sample;
    }

    private static Sample first(SampleSource.Indexed source) throws IOException {
        DataException bad = null;
        for (long i = 0; i < source.size(); i++) {
            try {
                return source.read(i);
            } catch (DataException e) {
                bad = bad == null ? e : bad;
            }
        }
        if (bad == null) {
            throw new OptionException(EMPTY);
        }
        throw bad;
    }

    private BatchShape shape(Sample first, int rows) {
        if (first.content() instanceof Content.Features features) {
            return new BatchShape(rows, 1, features.values().length, 1, Batch.Format.FLOAT32_NHWC);
        }
        return new BatchShape(rows, options.size.height(), options.size.width(), 3, Batch.Format.UINT8_NHWC);
    }

    /** All that decides which batches come, and nothing that does not, as the number of workers. */
    private Identity identity(SampleSource source, BatchShape shape, Policy policy) throws IOException {
        CRC32C drawn = new CRC32C();
        drawn.update(policy.toYaml().getBytes(StandardCharsets.UTF_8));
        String size = source instanceof SampleSource.Indexed indexed ? indexed.size() + " samples" : "a stream";
        return new Identity.Builder()
                .with("data set", (size + " " + DataDigest.of(source)).strip())
                .with("classes", String.join(",", source.classes()))
                .with("batch", shape.rows())
                .with("size", shape.height() + "x" + shape.width())
                .with(
                        "policy",
                        (input.policy == null ? "none" : input.policy.text()) + " "
                                + Long.toHexString(drawn.getValue()))
                .with("shuffle", input.shuffle)
                .with("seed", input.seed)
                .with("shard", input.sampling.shard == null ? "1/1" : input.sampling.shard)
                .with(
                        "balance",
                        input.sampling.balance == null
                                ? "none"
                                : input.sampling.balance + " " + input.sampling.maxRepeat)
                .with("mix", data.mix.isEmpty() ? "none" : data.mix)
                .with("last", options.last.name().toLowerCase(Locale.ROOT))
                .build();
    }

    private Map<String, Object> facts(
            TargetArrays targets, SampleSource source, Identity identity, int rows, Long epochLength) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("rows", rows);
        facts.put("arrays", targets.arrays().stream().map(RingArray::toJson).toList());
        facts.put("classes", source.classes());
        facts.put("identity", identity.facts());
        // Bad samples that are left out are known when they were met.
        boolean known = epochLength != null && input.errorMode() == ErrorMode.FAIL;
        long whole = known ? epochLength / rows : 0;
        boolean more = known && options.last == ServeOptions.Last.KEEP && epochLength % rows > 0;
        facts.put("batches", known ? whole + (more ? 1 : 0) : null);
        return facts;
    }

    /** Names the first few bad samples, and ends batches that would never be filled. */
    private final class Skipped implements PipelineListener {

        private final int rows;
        /** Null for a stream; set before the first batch is made. */
        private volatile Long epochLength;

        private final Set<String> names = ConcurrentHashMap.newKeySet();

        Skipped(int rows) {
            this.rows = options.last == ServeOptions.Last.DROP ? rows : 1;
        }

        @Override
        public void onSkipped(String name, Draw draw, Exception cause) {
            if (names.add(name) && names.size() <= SHOWN) {
                listener.warn(SkippedSamples.line(name, cause));
            }
            if (epochLength != null && epochLength - names.size() < rows) {
                throw new OptionException(
                        "{data}: {} of {} samples are bad: what is left fills no batch of {}",
                        names.size(),
                        epochLength,
                        rows);
            }
        }

        @Override
        public void onWarning(String message) {
            listener.warn(message);
        }
    }
}
