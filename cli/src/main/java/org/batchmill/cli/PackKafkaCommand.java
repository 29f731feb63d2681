package org.batchmill.cli;

import java.util.concurrent.Callable;
import org.batchmill.jobs.options.KafkaOptions;
import org.batchmill.jobs.pack.PackReport;
import org.batchmill.jobs.pack.PackTopicJob;
import org.batchmill.jobs.pack.PackTopicOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;

/** {@code batchmill pack kafka}. */
@Command(
        name = "kafka",
        header = "Archives a stretch of a Kafka topic into record shards with an index.",
        description = {
            "Reads what was committed between two positions when it began, partition by partition, and deals it out to the shards. Each sample keeps its partition, offset, row, key and time in features kafka/*."
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
    final CommandSpec ofCluster = DeclaredOptions.of(kafka)
            .only("bootstrap", "kafka-config", "kafka-timeout")
            .spec();

    private final PackTopicOptions options = new PackTopicOptions();

    @Mixin
    final CommandSpec declared = DeclaredOptions.of(options.packing, options).spec();

    @Mixin
    Results results;

    PackKafkaCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        options.topic = topic;
        PackReport report;
        try (ProgressDisplay display = new ProgressDisplay(terminal)) {
            report = PackTopicJob.run(kafka, options, display);
        }
        return PackCommand.packed(terminal, results, report, terminal::error);
    }
}
