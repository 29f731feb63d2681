package org.batchmill.cli;

import java.nio.file.Path;
import org.batchmill.ingest.sources.kafka.MessageFormat;
import org.batchmill.ingest.sources.kafka.TopicOptions;
import org.batchmill.jobs.options.KafkaOptions;
import picocli.CommandLine.Option;

/** The options that say how a topic is learnt from. */
final class KafkaMixin {

    @Option(names = "--bootstrap", paramLabel = "HOST:PORT", description = "A broker, or several with commas.")
    String bootstrap;

    @Option(
            names = "--kafka-config",
            paramLabel = "FILE",
            description = "Client settings in a .properties file: TLS, SASL, timeouts. Only its name is kept.")
    Path kafkaConfig;

    @Option(names = "--group", paramLabel = "G", description = "The consumer group; one of the run's own if not given.")
    String group;

    @Option(
            names = "--message-format",
            paramLabel = "F",
            defaultValue = "auto",
            description = "example, arrow or image; auto tells by the first bytes (default).")
    MessageFormat messageFormat = MessageFormat.AUTO;

    @Option(
            names = "--start",
            paramLabel = "S",
            defaultValue = "earliest",
            description = "Where a group without a place begins: earliest (default) or latest.")
    TopicOptions.Start start = TopicOptions.Start.EARLIEST;

    @Option(
            names = "--block-seconds",
            paramLabel = "X",
            defaultValue = "5",
            description =
                    "A shuffle block (--shuffle window:N, 1024) that is not full is used after so long, if there is"
                            + " no more (default 5).")
    double blockSeconds = 5;

    @Option(
            names = "--hold-out",
            paramLabel = "X",
            defaultValue = "0",
            description = "The share of message keys kept for evaluation.")
    double holdOut;

    @Option(
            names = "--dead-letters",
            paramLabel = "TOPIC",
            description =
                    "Where bad messages go (TOPIC-dead-letters), at most --max-errors; --on-error fail ends instead.")
    String deadLetters;

    @Option(names = "--publish", paramLabel = "TOPIC", description = "Tell this topic of each checkpoint.")
    String publish;

    @Option(
            names = "--prequential",
            arity = "0..1",
            fallbackValue = "true",
            defaultValue = "false",
            description = "Judge each batch before it is learnt.")
    boolean prequential;

    @Option(
            names = "--history",
            arity = "0..1",
            fallbackValue = "true",
            defaultValue = "false",
            description = "Write down which messages each step learnt, in history.jsonl.")
    boolean history;

    KafkaOptions options() {
        return new KafkaOptions()
                .bootstrap(bootstrap)
                .kafkaConfig(kafkaConfig)
                .group(group)
                .messageFormat(messageFormat)
                .start(start)
                .blockSeconds(blockSeconds)
                .holdOut(holdOut)
                .deadLetters(deadLetters)
                .publish(publish)
                .prequential(prequential)
                .history(history);
    }
}
