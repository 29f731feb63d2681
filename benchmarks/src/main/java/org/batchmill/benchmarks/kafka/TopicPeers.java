package org.batchmill.benchmarks.kafka;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.apache.kafka.tools.ConsumerPerformance;
import org.apache.kafka.tools.ProducerPerformance;
import org.batchmill.benchmarks.results.Column;
import org.batchmill.benchmarks.results.Median;
import org.batchmill.benchmarks.results.ResultTable;
import org.batchmill.ingest.sources.kafka.KafkaCluster;
import org.batchmill.ingest.sources.kafka.MessageSender;
import org.batchmill.ingest.sources.kafka.TopicOptions;
import org.batchmill.ingest.sources.kafka.TopicSource;
import org.batchmill.ingest.testing.KafkaBroker;
import org.batchmill.jobs.JobListener;
import org.batchmill.jobs.options.DataOptions;
import org.batchmill.jobs.produce.ProduceJob;
import org.batchmill.jobs.produce.ProduceOptions;
import org.batchmill.jobs.samples.ShapesDataSet;

/**
 * {@code produce} beside Kafka's own kafka-producer-perf-test, with records of the same mean size, and the source that trainings read topics
 * with beside kafka-consumer-perf-test, on the very same messages: against one broker on this machine, in turns and in one process. Ours reads
 * files and writes Examples, and parses them, keeps blocks and a journal; theirs sends one record again and again, and counts.
 *
 * <p>Arguments: messages (a multiple of the block, 20480) and rounds (5).
 */
public final class TopicPeers {

    private static final int BLOCK = 1024;
    private static final int PARTITIONS = 3;
    private static final int IMAGES = 256;

    private final Path folder;
    private final KafkaBroker broker;
    private final KafkaCluster cluster;
    private final int messages;
    private long bytes;

    private TopicPeers(Path folder, KafkaBroker broker, int messages) throws IOException {
        this.folder = folder;
        this.broker = broker;
        this.cluster = KafkaCluster.of(broker.bootstrap(), null);
        this.messages = messages;
    }

    public static void main(String[] args) throws Exception {
        int messages = args.length > 0 ? Integer.parseInt(args[0]) : 20 * BLOCK;
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 5;
        Path folder = Files.createTempDirectory("topic-peers-");
        try (KafkaBroker broker = KafkaBroker.start(folder.resolve("broker"))) {
            new TopicPeers(folder, broker, messages).run(rounds, args);
        }
        Runtime.getRuntime().halt(0); // natives leave threads behind
    }

    private void run(int rounds, String[] args) throws Exception {
        ShapesDataSet.write(folder.resolve("drawn"), IMAGES, 1, JobListener.SILENT);
        double[][] rates = new double[4][rounds];
        try (ResultTable table = ResultTable.of(
                TopicPeers.class,
                args,
                Column.text("work"),
                Column.number("bytes a message", 0),
                Column.number("Kafka's tool, messages/s", 0),
                Column.number("ours, messages/s", 0),
                Column.number("ours / Kafka's", 2))) {
            for (int round = -1; round < rounds; round++) { // the first is not measured: the code is compiled meanwhile
                int number = round + 1;
                double[] measured = {
                    rate(() -> produce("ours-" + number)),
                    rate(() -> producePeer("theirs-" + number)),
                    rate(() -> consume("ours-" + number)),
                    rate(() -> consumePeer("ours-" + number))
                };
                for (int i = 0; round >= 0 && i < measured.length; i++) {
                    rates[i][round] = measured[i];
                }
            }
            row(table, "produce", rates[0], rates[1]);
            row(table, "consume", rates[2], rates[3]);
        }
    }

    private void row(ResultTable table, String work, double[] ours, double[] theirs) {
        table.row(
                work,
                (double) bytes / messages,
                Median.of(theirs),
                Median.of(ours),
                Median.of(ours) / Median.of(theirs));
    }

    /** Messages a second, from opening clients to closing them. */
    private double rate(Callable<?> work) throws Exception {
        long start = System.nanoTime();
        work.call();
        return messages * 1e9 / (System.nanoTime() - start);
    }

    private Void produce(String topic) throws IOException, InterruptedException {
        DataOptions data = new DataOptions();
        data.data = folder.resolve("drawn").toString();
        ProduceOptions options = new ProduceOptions();
        options.topic = topic;
        options.partitions = PARTITIONS;
        options.count = messages;
        bytes = new ProduceJob(data, options, JobListener.SILENT).run(cluster).bytes();
        return null;
    }

    private Void producePeer(String topic) throws Exception {
        MessageSender.makeTopic(cluster, topic, PARTITIONS);
        ProducerPerformance.main(new String[] {
            "--topic",
            topic,
            "--num-records",
            Integer.toString(messages),
            "--record-size",
            Long.toString(bytes / messages),
            "--throughput",
            "-1",
            "--bootstrap-server",
            broker.bootstrap()
        });
        return null;
    }

    private Void consume(String topic) throws IOException, InterruptedException {
        TopicOptions options = TopicOptions.of(topic, "ours-" + topic).withBlock(BLOCK, true, Duration.ofSeconds(5));
        try (TopicSource source = TopicSource.open(cluster, options, folder.resolve("journal-" + topic))) {
            source.beginAnew();
            for (int i = 0; i < messages; i++) {
                source.next();
            }
        }
        return null;
    }

    private Void consumePeer(String topic) {
        ConsumerPerformance.main(new String[] {
            "--topic",
            topic,
            "--num-records",
            Integer.toString(messages),
            "--bootstrap-server",
            broker.bootstrap(),
            "--group",
            "theirs-" + topic
        });
        return null;
    }
}
