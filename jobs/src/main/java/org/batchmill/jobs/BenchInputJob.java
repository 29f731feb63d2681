package org.batchmill.jobs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.batchmill.augment.Batch;
import org.batchmill.augment.BatchPool;
import org.batchmill.augment.BatchShape;
import org.batchmill.augment.DecodedSample;
import org.batchmill.augment.PooledBatch;
import org.batchmill.augment.SampleAssembler;
import org.batchmill.augment.decode.ImageDecoder;
import org.batchmill.augment.transform.Policy;
import org.batchmill.jobs.input.PipelineBatches;
import org.batchmill.jobs.input.SampleBatches;
import org.batchmill.jobs.options.DataOptions;
import org.batchmill.jobs.options.InputOptions;
import org.batchmill.queues.pipeline.Draw;
import org.batchmill.queues.pipeline.PipelineListener;
import org.batchmill.queues.pipeline.PipelineMetrics;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleSource;
import org.batchmill.records.UsageException;

/**
 * Measures the input pipeline over exactly one epoch, and in the same run its ceiling: reading, decoding and transforming the same
 * samples in a bare loop on as many threads, without queue and batches.
 */
public final class BenchInputJob {

    private static final int DEFAULT_BATCH = 32;

    private BenchInputJob() {}

    /**
     * What was measured.
     *
     * @param digest SHA-256 over all batches in order, pixels and labels; null if it was not asked for
     */
    public record Result(
            long images,
            double imagesPerSecond,
            double ceilingImagesPerSecond,
            String policy,
            String shuffle,
            List<Stage> stages,
            String digest,
            String verdict) {

        public double ratio() {
            return imagesPerSecond / ceilingImagesPerSecond;
        }

        /** One line with the keys of docs/cli.md. */
        public String toJson() {
            Map<String, Object> keys = new LinkedHashMap<>();
            keys.put("images", images);
            keys.put("images_per_second", imagesPerSecond);
            keys.put("ceiling_images_per_second", ceilingImagesPerSecond);
            keys.put("ratio", ratio());
            keys.put("policy", policy);
            keys.put("shuffle", shuffle);
            keys.put(
                    "stages",
                    stages.stream()
                            .map(stage -> {
                                Map<String, Object> one = new LinkedHashMap<>();
                                one.put("name", stage.name());
                                one.put("busy_ms_per_sample", stage.busyMillisPerSample());
                                one.put("share", stage.share());
                                return one;
                            })
                            .toList());
            if (digest != null) {
                keys.put("digest", digest);
            }
            return JsonLine.of(keys);
        }

        /** For people. */
        public List<String> lines() {
            List<String> lines = new ArrayList<>();
            lines.add(String.format(
                    Locale.ROOT,
                    "%,d images, policy %s, shuffle %s: %.0f images/s; ceiling %.0f images/s; ratio %.2f",
                    images,
                    policy,
                    shuffle,
                    imagesPerSecond,
                    ceilingImagesPerSecond,
                    ratio()));
            for (Stage stage : stages) {
                lines.add(String.format(
                        Locale.ROOT,
                        "%-8s %8.3f ms a sample  %5.1f %%",
                        stage.name(),
                        stage.busyMillisPerSample(),
                        100 * stage.share()));
            }
            lines.add(verdict);
            if (digest != null) {
                lines.add("digest " + digest);
            }
            return lines;
        }
    }

    /** A kind of work: how long a sample took, and its share of all work. */
    public record Stage(String name, double busyMillisPerSample, double share) {}

    /**
     * Measures.
     *
     * @param side   of the batch's pictures in pixels
     * @param digest whether the batches are digested
     */
    public static Result run(DataOptions data, InputOptions input, int side, boolean digest)
            throws IOException, InterruptedException {
        Policy asked = Policies.named(input.policy());
        Policy policy = asked == null ? Policy.NONE : asked;
        int rows = input.batch() == null ? DEFAULT_BATCH : input.batch();
        BatchShape shape = new BatchShape(rows, side, side, 3, Batch.Format.UINT8_NHWC);
        try (SampleSource source = DataSets.openAll(data)) {
            if (!(source instanceof SampleSource.Indexed indexed)) {
                throw new UsageException("a bench reads files, not a stream");
            }
            // Once each way unmeasured: the page cache is warm and the code is compiled for both.
            ceiling(indexed, shape, policy, input);
            pipeline(indexed, shape, policy, input, null);
            double before = ceiling(indexed, shape, policy, input);
            MessageDigest sha = digest ? sha256() : null;
            Measured measured = pipeline(indexed, shape, policy, input, null);
            double after = ceiling(indexed, shape, policy, input);
            if (digest) {
                pipeline(indexed, shape, policy, input, sha);
            }
            return new Result(
                    measured.images(),
                    measured.imagesPerSecond(),
                    (before + after) / 2,
                    input.policy() == null ? "none" : input.policy(),
                    input.shuffle(),
                    stages(measured.metrics()),
                    digest ? HexFormat.of().formatHex(sha.digest()) : null,
                    measured.metrics().verdict());
        }
    }

    private record Measured(long images, double imagesPerSecond, PipelineMetrics metrics) {}

    private static Measured pipeline(
            SampleSource.Indexed source, BatchShape shape, Policy policy, InputOptions input, MessageDigest digest)
            throws IOException, InterruptedException {
        SampleBatches batches = new SampleBatches(source, shape, policy, input, new PipelineListener() {});
        long start = System.nanoTime();
        long images = 0;
        try (PipelineBatches stream = batches.shuffled(1L, null)) {
            while (true) {
                try (Batch batch = stream.next()) {
                    if (batch == null) {
                        break;
                    }
                    images += batch.size();
                    if (digest != null) {
                        update(digest, batch);
                    }
                }
            }
            double seconds = (System.nanoTime() - start) * 1e-9;
            return new Measured(images, images / seconds, stream.metrics());
        }
    }

    private static void update(MessageDigest digest, Batch batch) {
        digest.update(batch.pixels());
        for (int row = 0; row < batch.size(); row++) {
            digest.update(batch.id(row).value().getBytes(StandardCharsets.UTF_8));
            digest.update(batch.labels(row).toString().getBytes(StandardCharsets.UTF_8));
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Images a second of the bare loop. */
    private static double ceiling(SampleSource.Indexed source, BatchShape shape, Policy policy, InputOptions input)
            throws IOException, InterruptedException {
        AtomicLong next = new AtomicLong();
        AtomicReference<Exception> failure = new AtomicReference<>();
        List<Thread> threads = new ArrayList<>();
        BatchShape single = new BatchShape(1, shape.height(), shape.width(), shape.channels(), shape.format());
        long start = System.nanoTime();
        try (BufferAllocator allocator = new RootAllocator();
                ImageDecoder decoder = new ImageDecoder(allocator);
                BatchPool pool = new BatchPool(single, input.workers(), allocator);
                SampleAssembler assembler = new SampleAssembler(pool, decoder, policy, allocator)) {
            for (int i = 0; i < input.workers(); i++) {
                threads.add(new Thread(() -> bare(source, assembler, input.seed(), next, failure), "bare-" + i));
            }
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join();
            }
        }
        if (failure.get() != null) {
            throw new IOException(failure.get().getMessage(), failure.get());
        }
        return source.size() / ((System.nanoTime() - start) * 1e-9);
    }

    private static void bare(
            SampleSource.Indexed source,
            SampleAssembler assembler,
            long seed,
            AtomicLong next,
            AtomicReference<Exception> failure) {
        try (PooledBatch row = assembler.open(0)) {
            for (long i = next.getAndIncrement(); i < source.size(); i = next.getAndIncrement()) {
                Sample sample = source.read(i);
                Draw draw = new Draw(seed, 0, i);
                DecodedSample decoded = assembler.decode(sample, draw);
                assembler.write(row, 0, decoded, List.of(), draw);
                assembler.release(decoded);
            }
        } catch (IOException | InterruptedException | RuntimeException e) {
            failure.compareAndSet(null, e);
        }
    }

    private static List<Stage> stages(PipelineMetrics metrics) {
        double all = metrics.stages().stream()
                .mapToLong(PipelineMetrics.Stage::busyNanos)
                .sum();
        return metrics.stages().stream()
                .map(stage -> new Stage(stage.name(), metrics.millisPerSample(stage), stage.busyNanos() / all))
                .toList();
    }
}
