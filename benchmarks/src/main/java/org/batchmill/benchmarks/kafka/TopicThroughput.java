package org.batchmill.benchmarks.kafka;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.batchmill.augment.transform.Policy;
import org.batchmill.batches.Batch;
import org.batchmill.batches.BatchShape;
import org.batchmill.benchmarks.results.Column;
import org.batchmill.benchmarks.results.Median;
import org.batchmill.benchmarks.results.ResultTable;
import org.batchmill.ingest.sources.SourceOptions;
import org.batchmill.ingest.sources.Sources;
import org.batchmill.ingest.sources.kafka.KafkaCluster;
import org.batchmill.ingest.sources.kafka.MessageFormat;
import org.batchmill.ingest.sources.kafka.MessageSender;
import org.batchmill.ingest.sources.kafka.MessageWriter;
import org.batchmill.ingest.sources.kafka.TopicOptions;
import org.batchmill.ingest.sources.kafka.TopicSource;
import org.batchmill.ingest.testing.KafkaBroker;
import org.batchmill.jobs.JobListener;
import org.batchmill.jobs.input.PipelineBatches;
import org.batchmill.jobs.input.SampleBatches;
import org.batchmill.jobs.options.InputOptions;
import org.batchmill.jobs.samples.ShapesDataSet;
import org.batchmill.queues.pipeline.PipelineListener;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleSource;
import org.batchmill.records.example.SampleExamples;
import org.batchmill.records.tfrecord.TfRecordWriter;
import org.batchmill.records.tfrecord.WriteOptions;

/**
 * Reads, decodes and batches the same images from a record file and from a topic of a broker on this machine, in turns and in one
 * process, and prints images a second and their ratio. Arguments: images (a multiple of the block, 4096) and rounds (5).
 */
public final class TopicThroughput {

    private static final int BLOCK = 1024;
    private static final int PARTITIONS = 3;
    private static final int BATCH = 32;
    private static final int SIDE = 224;

    private final Path folder;
    private final int images;

    private TopicThroughput(Path folder, int images) {
        this.folder = folder;
        this.images = images;
    }

    public static void main(String[] args) throws Exception {
        int images = args.length > 0 ? Integer.parseInt(args[0]) : 4 * BLOCK;
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 5;
        Path folder = Files.createTempDirectory("topic-throughput-");
        try (KafkaBroker broker = KafkaBroker.start(folder.resolve("broker"))) {
            new TopicThroughput(folder, images).run(KafkaCluster.of(broker.bootstrap(), null), rounds, args);
        }
        Runtime.getRuntime().halt(0); // natives leave threads behind
    }

    private void run(KafkaCluster cluster, int rounds, String[] args) throws IOException, InterruptedException {
        Path records = folder.resolve("shapes.tfrecord");
        write(records, cluster);
        double[] files = new double[rounds];
        double[] topics = new double[rounds];
        try (ResultTable table = ResultTable.of(
                TopicThroughput.class,
                args,
                Column.text("round"),
                Column.number("record file, images/s", 0),
                Column.number("topic, images/s", 0),
                Column.number("topic / file", 2))) {
            for (int round = -1; round < rounds; round++) {
                double file = file(records);
                double topic = topic(cluster, round + 1);
                if (round >= 0) { // the first is not measured: the code is compiled and the page cache filled
                    files[round] = file;
                    topics[round] = topic;
                    table.row(round + 1, file, topic, topic / file);
                }
            }
            table.row("median", Median.of(files), Median.of(topics), Median.of(topics) / Median.of(files));
        }
    }

    /** Draws a few hundred images and writes them as often as are needed, to the file and to the topic. */
    private void write(Path records, KafkaCluster cluster) throws IOException, InterruptedException {
        Path drawn = folder.resolve("drawn");
        ShapesDataSet.write(drawn, 256, 1, JobListener.SILENT);
        MessageSender.makeTopic(cluster, "shapes", PARTITIONS);
        try (SampleSource source = Sources.open(drawn.toString(), SourceOptions.defaults());
                TfRecordWriter file = TfRecordWriter.create(records, WriteOptions.PLAIN);
                MessageSender sender = MessageSender.open(cluster)) {
            if (!(source instanceof SampleSource.Indexed indexed)) {
                throw new IllegalStateException("a folder is read in any order");
            }
            SampleExamples examples = new SampleExamples(source.classes());
            MessageWriter messages = new MessageWriter("shapes", MessageFormat.EXAMPLE, source.classes());
            for (int i = 0; i < images; i++) {
                Sample sample = indexed.read(i % indexed.size());
                file.write(examples.write(sample));
                sender.send(messages.message(List.of(sample)));
            }
            file.finish();
            sender.flush();
        }
    }

    private double file(Path records) throws IOException, InterruptedException {
        try (SampleSource source = Sources.open(records.toString(), SourceOptions.defaults())) {
            return imagesPerSecond(source);
        }
    }

    private double topic(KafkaCluster cluster, int round) throws IOException, InterruptedException {
        TopicOptions options =
                TopicOptions.of("shapes", "round-" + round).withBlock(BLOCK, true, Duration.ofSeconds(5));
        try (TopicSource source = TopicSource.open(cluster, options, folder.resolve("journal-" + round))) {
            source.beginAnew();
            return imagesPerSecond(source);
        }
    }

    private double imagesPerSecond(SampleSource source) throws IOException, InterruptedException {
        BatchShape shape = new BatchShape(BATCH, SIDE, SIDE, 3, Batch.Format.UINT8_NHWC);
        SampleBatches batches =
                new SampleBatches(source, shape, Policy.NONE, new InputOptions(), new PipelineListener() {});
        long start = System.nanoTime();
        int seen = 0;
        try (PipelineBatches stream = batches.shuffled(1L, null)) {
            while (seen < images) {
                try (Batch batch = stream.next()) {
                    seen += batch.size();
                }
            }
            return seen / ((System.nanoTime() - start) * 1e-9);
        }
    }
}
