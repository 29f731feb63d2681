package org.batchmill.jobs.options;

import java.nio.file.Path;
import java.time.Duration;
import org.batchmill.ingest.sources.kafka.MessageFormat;
import org.batchmill.ingest.sources.kafka.TopicOptions;

/** How a topic is learnt from; looked at where the data is {@code kafka:TOPIC}. Not thread-safe while it is being filled in. */
public final class KafkaOptions implements OptionGroup {

    @JobOption(value = "Topics: a broker, or several with commas.", label = "HOST:PORT")
    public String bootstrap;

    @JobOption(
            value = "Topics: client settings in a .properties file: TLS, SASL, timeouts. Only its name is kept.",
            label = "FILE",
            form = TextForms.LocalPath.class)
    public Path kafkaConfig;

    @JobOption(
            value = "Topics: a broker that does not answer for so many seconds at the start is an error.",
            label = "X",
            form = TextForms.Seconds.class)
    @Within(above = 0)
    public Duration kafkaTimeout = Duration.ofSeconds(10);

    @JobOption(value = "Topics: the consumer group.", label = "G", otherwise = "one of the run's own")
    public String group;

    @JobOption(value = "Topics: example, arrow or image; auto tells by the first bytes.", label = "F")
    public MessageFormat messageFormat = MessageFormat.AUTO;

    @JobOption(value = "Topics: where a group without a position begins: earliest or latest.", label = "S")
    public TopicOptions.Start start = TopicOptions.Start.EARLIEST;

    @JobOption(
            value = "Topics: a shuffle block (--shuffle window:N, 1024) that is not full is used after so long, if"
                    + " there is no more.",
            label = "X",
            form = TextForms.Seconds.class)
    @Within(atLeast = 0)
    public Duration blockSeconds = Duration.ofSeconds(5);

    @JobOption(value = "Topics: the share of message keys kept for evaluation.", label = "X")
    @Within(atLeast = 0, below = 1)
    public double valKeys;

    @JobOption(
            value = "Topics: where bad messages go, at most --max-errors; --on-error fail ends instead.",
            label = "TOPIC",
            otherwise = "TOPIC-dead-letters")
    public String deadLetters;

    @JobOption(value = "Topics: tell this topic of each checkpoint.", label = "TOPIC")
    public String publish;

    @JobOption("Topics: evaluate each batch before it is learnt.")
    public boolean prequential;

    @JobOption("Topics: write down which messages each step learnt, in history.jsonl.")
    public boolean history;
}
