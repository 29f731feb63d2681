package org.batchmill.jobs.topic;

import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;
import org.batchmill.ingest.sources.kafka.BlockBoard;
import org.batchmill.ingest.sources.kafka.KafkaCluster;
import org.batchmill.ingest.sources.kafka.TopicFollower;
import org.batchmill.ingest.sources.kafka.TopicOptions;
import org.batchmill.ingest.sources.kafka.TopicSource;
import org.batchmill.jobs.options.KafkaOptions;
import org.batchmill.jobs.options.TopicName;
import org.batchmill.jobs.task.TrainOptions;
import org.batchmill.queues.pipeline.Shuffle;
import org.batchmill.records.OptionException;
import org.batchmill.records.UsageException;

/** Opens what {@code --data kafka:TOPIC} names. Stateless. */
public final class Topics {

    private static final String JOURNAL = "journal";

    private Topics() {}

    /** How to reach the cluster. */
    static KafkaCluster cluster(KafkaOptions options) throws IOException {
        return KafkaCluster.of(options.bootstrap, options.kafkaConfig);
    }

    /**
     * The cluster, one of whose brokers has answered.
     *
     * @throws org.batchmill.ingest.sources.kafka.TopicException if none does in time
     */
    public static KafkaCluster reached(KafkaOptions options) throws IOException, InterruptedException {
        KafkaCluster cluster = cluster(options);
        cluster.requireBroker(options.kafkaTimeout);
        return cluster;
    }

    /**
     * Opens the topic for one run, which keeps its journal; a run without a group gets one of its own, which its options keep.
     *
     * @throws UsageException if the options contradict each other
     */
    public static TopicSource open(TrainOptions options, Path run) throws IOException, InterruptedException {
        KafkaOptions kafka = options.kafka();
        nameGroup(kafka);
        return TopicSource.open(reached(kafka), topic(options), run.resolve(JOURNAL));
    }

    /** A run without a group gets one of its own. */
    public static void nameGroup(KafkaOptions kafka) {
        if (kafka.group == null) {
            kafka.group = "batchmill-" + UUID.randomUUID().toString().substring(0, 8);
        }
    }

    /**
     * What another process {@linkplain TopicSource#tell tells} that it took of the topic.
     *
     * @throws UsageException if the options contradict each other
     */
    public static TopicFollower follow(TrainOptions options, BlockBoard board) throws IOException {
        return TopicFollower.open(cluster(options.kafka()), topic(options), board);
    }

    private static TopicOptions topic(TrainOptions options) {
        KafkaOptions kafka = options.kafka();
        TopicOptions topic = TopicOptions.of(TopicName.of(options.data().data), kafka.group)
                .withFormat(kafka.messageFormat)
                .withClasses(options.data().classes)
                .withStart(kafka.start)
                .withSeed(options.input().seed);
        topic = topic.withHoldOut(kafka.valKeys, topic.held().samples());
        Shuffle shuffle = options.input().shuffle;
        int block = shuffle.accept(new BlockSize(topic.blocks().size()));
        return topic.withBlock(block, !(shuffle instanceof Shuffle.None), kafka.blockSeconds);
    }

    /** How many samples of a topic are shuffled at a time. */
    private record BlockSize(int usual) implements Shuffle.Visitor<Integer> {

        @Override
        public Integer none(Shuffle.None none) {
            return usual;
        }

        @Override
        public Integer permutation(Shuffle.Permutation permutation) {
            return usual;
        }

        @Override
        public Integer window(Shuffle.Window window) {
            return window.size();
        }

        @Override
        public Integer queue(Shuffle.Queue queue) {
            throw new OptionException(
                    "a topic is shuffled in blocks, whose order can be had again: {shuffle} window:N, not " + queue);
        }
    }
}
