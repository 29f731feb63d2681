package org.batchmill.jobs.serve;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.zip.CRC32C;
import javax.imageio.ImageIO;
import org.batchmill.augment.transform.Policy;
import org.batchmill.batches.Batch;
import org.batchmill.batches.BatchShape;
import org.batchmill.batches.served.ServedBatch;
import org.batchmill.batches.served.ServedBatches;
import org.batchmill.flight.FlightBatches;
import org.batchmill.ingest.sources.Tolerance;
import org.batchmill.jobs.JobListener;
import org.batchmill.jobs.PixelSize;
import org.batchmill.jobs.input.DataSets;
import org.batchmill.jobs.input.PipelineBatches;
import org.batchmill.jobs.input.SampleBatches;
import org.batchmill.jobs.options.DataOptions;
import org.batchmill.jobs.options.InputOptions;
import org.batchmill.jobs.options.PolicyName;
import org.batchmill.jobs.task.InputView;
import org.batchmill.queues.pipeline.FinalBatch;
import org.batchmill.queues.pipeline.PipelineListener;
import org.batchmill.queues.threads.WorkerThread;
import org.batchmill.records.SampleSource;
import org.batchmill.testing.Await;
import org.batchmill.testing.HeldPorts;

/** A server in this JVM, and what its batches must be: those of a pipeline without one. */
final class Serving implements AutoCloseable {

    static final int BATCH = 8;

    final DataOptions data = new DataOptions();
    final InputOptions input = new InputOptions();
    final ServeOptions options = new ServeOptions();
    private final List<String> said = new CopyOnWriteArrayList<>();
    private ServeJob job;
    private WorkerThread thread;

    /** Images of an epoch: six batches, and four samples that fill none. */
    static final int IMAGES = 52;

    /** Of a folder of images of two classes, which {@link #draw} makes there. */
    Serving(Path folder) {
        data.data = folder.resolve("images").toString();
        input.batch = BATCH;
        input.workers = 2;
        input.policy = new PolicyName("classes");
        options.bind = "127.0.0.1:0";
        options.size = new PixelSize(20, 24);
        options.ringFolder = folder;
        options.ring = 4;
    }

    /** Small images without two that are alike. */
    static void draw(Path folder, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            Path of = Files.createDirectories(folder.resolve("images").resolve(i % 2 == 0 ? "even" : "odd"));
            BufferedImage image = new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB);
            for (int pixel = 0; pixel < 256; pixel++) {
                image.setRGB(pixel % 16, pixel / 16, 7919 * (i + 1) * (pixel + 1));
            }
            ImageIO.write(image, "png", of.resolve(name(i)).toFile());
        }
    }

    /** Of an image in its folder. */
    static String name(int image) {
        return String.format(Locale.ROOT, "%03d.png", image);
    }

    Serving start() throws Exception {
        job = new ServeJob(data, input, options, new JobListener() {
            @Override
            public void log(String line) {
                said.add(line);
            }

            @Override
            public void warn(String line) {
                said.add("warning: " + line);
            }
        });
        thread = WorkerThread.start("served", job::run, failure -> {});
        Await.until("it serves", () -> {
            thread.requireAlive();
            return job.address() != null;
        });
        return this;
    }

    /** Whether the server's user was told something. */
    boolean heard(Predicate<String> line) {
        return said.stream().anyMatch(line);
    }

    /** A line that its user was told. */
    String said(Predicate<String> line) {
        return said.stream().filter(line).findFirst().orElseThrow();
    }

    String address() {
        return job.address();
    }

    String remoteAddress() {
        return job.remoteAddress();
    }

    /** Waits for its end; what ended it. */
    Throwable end() throws InterruptedException {
        thread.join();
        return thread.death();
    }

    /** Of consumers. */
    String clientAddress() {
        return options.flight == null ? address() : remoteAddress();
    }

    ServedBatches.Builder client() {
        return options.flight == null
                ? ServedBatches.at(address())
                : FlightBatches.at(remoteAddress()).batches();
    }

    /** Answers at ports that nobody else takes when it is closed. */
    void listenAt(HeldPorts ports) throws IOException {
        options.bind = "127.0.0.1:" + ports.take();
        if (options.flight != null) {
            options.flight = "127.0.0.1:" + ports.take();
        }
    }

    /** Answers where another one did, which is closed. */
    void takePortsOf(Serving other) {
        options.bind = other.address();
        options.flight = other.remoteAddress();
    }

    @Override
    public void close() {
        if (job != null) {
            job.requestStop();
            thread.joinFully(Long.MAX_VALUE);
        }
    }

    /** So many batches from the beginning, without a server. */
    List<Row> expected(int batches) throws IOException, InterruptedException {
        List<Row> all = new ArrayList<>();
        BatchShape shape =
                new BatchShape(BATCH, options.size.height(), options.size.width(), 3, Batch.Format.UINT8_NHWC);
        Policy policy = input.readPolicy();
        FinalBatch last =
                options.last == ServeOptions.Last.DROP ? FinalBatch.DROPPED_EACH_EPOCH : FinalBatch.SMALLER_EACH_EPOCH;
        List<ByteBuffer> memory = List.of(
                ByteBuffer.allocateDirect(BATCH * shape.rowBytes()),
                ByteBuffer.allocateDirect(BATCH * shape.rowBytes()));
        try (SampleSource source = DataSets.open(data, InputView.WHOLE, Tolerance.strict(data.classes))) {
            SampleBatches samples = new SampleBatches(source, shape, policy, input, new PipelineListener() {});
            try (PipelineBatches pipeline = samples.within(memory, last, null)) {
                for (int i = 0; i < batches; i++) {
                    try (Batch batch = pipeline.next()) {
                        all.addAll(rows(i, batch));
                    }
                }
            }
        }
        return all;
    }

    /** Takes batches until so many were given, over the ends of epochs. */
    static List<Row> take(ServedBatches from, int batches) throws IOException, InterruptedException {
        List<Row> all = new ArrayList<>();
        for (int taken = 0; taken < batches; ) {
            ServedBatch next = from.next();
            if (next != null) {
                try (ServedBatch batch = next) {
                    all.addAll(rows(batch.number(), batch));
                    taken++;
                }
            }
        }
        return all;
    }

    static List<Row> rows(long number, Batch batch) {
        List<Row> rows = new ArrayList<>();
        for (int row = 0; row < batch.size(); row++) {
            CRC32C crc = new CRC32C();
            int bytes = batch.pixels().remaining() / batch.size();
            crc.update(batch.pixels().slice(row * bytes, bytes));
            rows.add(new Row(
                    number,
                    batch.firstRow() + row,
                    batch.id(row).value(),
                    crc.getValue(),
                    batch.labels(row).toString(),
                    String.valueOf(batch.mapping(row))));
        }
        return rows;
    }

    /** A row of a batch. */
    record Row(long batch, int row, String id, long pixels, String labels, String mapping) {}
}
