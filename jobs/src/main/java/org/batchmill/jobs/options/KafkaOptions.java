package org.batchmill.jobs.options;

import java.nio.file.Path;
import org.batchmill.ingest.sources.kafka.MessageFormat;
import org.batchmill.ingest.sources.kafka.TopicOptions;

/** How a topic is learnt from; looked at where the data is {@code kafka:TOPIC}. Not thread-safe while it is being filled in. */
public final class KafkaOptions {

    private String bootstrap;
    private Path kafkaConfig;
    private String group;
    private MessageFormat messageFormat = MessageFormat.AUTO;
    private TopicOptions.Start start = TopicOptions.Start.EARLIEST;
    private double blockSeconds = 5;
    private double holdOut;
    private String deadLetters;
    private String publish;
    private boolean prequential;
    private boolean history;

    /** {@code HOST:PORT[,HOST:PORT]}; null for what the file of settings says. */
    public String bootstrap() {
        return bootstrap;
    }

    public KafkaOptions bootstrap(String value) {
        bootstrap = value;
        return this;
    }

    /** Client settings in a .properties file: TLS, SASL, timeouts. Only its name is kept with the run. */
    public Path kafkaConfig() {
        return kafkaConfig;
    }

    public KafkaOptions kafkaConfig(Path value) {
        kafkaConfig = value;
        return this;
    }

    /** The consumer group; null for one of this run's own. */
    public String group() {
        return group;
    }

    public KafkaOptions group(String value) {
        group = value;
        return this;
    }

    /** What the messages hold. */
    public MessageFormat messageFormat() {
        return messageFormat;
    }

    public KafkaOptions messageFormat(MessageFormat value) {
        messageFormat = value;
        return this;
    }

    /** Where a group without a place begins. */
    public TopicOptions.Start start() {
        return start;
    }

    public KafkaOptions start(TopicOptions.Start value) {
        start = value;
        return this;
    }

    /** A block that is not full is learnt from after so long, if the topic holds no more. */
    public double blockSeconds() {
        return blockSeconds;
    }

    public KafkaOptions blockSeconds(double value) {
        blockSeconds = value;
        return this;
    }

    /** The share of keys whose messages are kept for evaluation. */
    public double holdOut() {
        return holdOut;
    }

    public KafkaOptions holdOut(double value) {
        holdOut = value;
        return this;
    }

    /** The topic for bad messages; null for the topic's name with {@code -dead-letters}. */
    public String deadLetters() {
        return deadLetters;
    }

    public KafkaOptions deadLetters(String value) {
        deadLetters = value;
        return this;
    }

    /** The topic that is told of each checkpoint; null for none. */
    public String publish() {
        return publish;
    }

    public KafkaOptions publish(String value) {
        publish = value;
        return this;
    }

    /** Whether each batch is judged before it is learnt. */
    public boolean prequential() {
        return prequential;
    }

    public KafkaOptions prequential(boolean value) {
        prequential = value;
        return this;
    }

    /** Whether the run writes down which samples each step learnt. */
    public boolean history() {
        return history;
    }

    public KafkaOptions history(boolean value) {
        history = value;
        return this;
    }
}
