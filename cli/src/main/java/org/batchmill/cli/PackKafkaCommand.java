package org.batchmill.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.batchmill.ingest.packing.PackOptions;
import org.batchmill.ingest.sources.kafka.MessageFormat;
import org.batchmill.jobs.options.KafkaOptions;
import org.batchmill.jobs.pack.PackReport;
import org.batchmill.jobs.pack.PackTopicJob;
import org.batchmill.jobs.pack.PackTopicOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code batchmill pack kafka}. */
@Command(
        name = "kafka",
        header = "Archives a stretch of a Kafka topic into record shards with an index.",
        description = {
            "Reads what was committed between two places when it began, partition by partition, and deals it out to"
                    + " the shards. Each",
            "sample keeps its partition, offset, row, key and time in features kafka/*."
        },
        footer = {
            "",
            "Examples:",
            "  batchmill pack kafka digits --bootstrap localhost:9092 --out out/digits",
            "  batchmill pack kafka cells --bootstrap localhost:9092 --from 2026-11-20T00:00:00Z --until"
                    + " 2026-11-21T00:00:00Z --out out/day"
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class PackKafkaCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Parameters(paramLabel = "TOPIC", description = "The topic.")
    String topic;

    private final KafkaOptions kafka = new KafkaOptions();

    @Mixin
    final CommandSpec ofCluster =
            DeclaredOptions.of(kafka).only("bootstrap", "kafka-config").spec();

    @Option(
            names = "--out",
            paramLabel = "PREFIX",
            required = true,
            description = "What the names of the shards begin with.")
    String out;

    @Option(
            names = "--from",
            paramLabel = "PLACE",
            defaultValue = "earliest",
            description = "earliest (default), latest, an offset, or a time (2026-11-21T10:00:00Z).")
    String from;

    @Option(
            names = "--until",
            paramLabel = "PLACE",
            defaultValue = "latest",
            description = "The same; what lies there is left out. latest (default) is the end when the command begins.")
    String until;

    @Option(
            names = "--message-format",
            paramLabel = "F",
            defaultValue = "auto",
            description = "example, arrow or image; auto tells by the first bytes (default).")
    MessageFormat format;

    @Option(
            names = "--to",
            paramLabel = "KIND",
            defaultValue = "tfrecord",
            description = "tfrecord (default) or arrow.")
    PackOptions.Container container;

    @Option(names = "--shards", paramLabel = "N", defaultValue = "4", description = "Files (default 4).")
    int shards;

    @Option(
            names = "--classes",
            paramLabel = "A,B",
            split = ",",
            description = "The classes in label order; others are a bad annotation.")
    List<String> classes = List.of();

    @Option(names = "--on-error", paramLabel = "E", defaultValue = "fail", description = "fail (default) or skip.")
    OnError onError;

    @Option(
            names = "--max-errors",
            paramLabel = "N",
            defaultValue = "100",
            description = "Bad messages that may be left out.")
    long maxErrors;

    @Mixin
    Results results;

    enum OnError {
        FAIL,
        SKIP
    }

    PackKafkaCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        PackTopicOptions options = new PackTopicOptions();
        options.topic = topic;
        options.out = out;
        options.from = from;
        options.until = until;
        options.format = format;
        options.container = container;
        options.shards = shards;
        options.classes = classes;
        options.maxErrors = onError == OnError.SKIP ? maxErrors : 0;
        PackReport report;
        try (ProgressDisplay display = new ProgressDisplay(terminal)) {
            report = PackTopicJob.run(kafka, options, display);
        }
        report.leftOut().forEach(bad -> terminal.error("left out " + bad));
        if (results.isJson()) {
            terminal.print(report.toJson());
        } else {
            report.lines().forEach(terminal::print);
        }
        return ExitCode.DONE;
    }
}
