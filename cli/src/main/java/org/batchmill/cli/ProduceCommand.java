package org.batchmill.cli;

import java.util.Locale;
import java.util.concurrent.Callable;
import org.batchmill.ingest.sources.kafka.KafkaCluster;
import org.batchmill.jobs.options.DataOptions;
import org.batchmill.jobs.options.KafkaOptions;
import org.batchmill.jobs.produce.ProduceJob;
import org.batchmill.jobs.produce.ProduceOptions;
import org.batchmill.jobs.topic.Topics;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;

/** {@code batchmill produce}. */
@Command(
        name = "produce",
        header = "Sends a data set to a Kafka topic.",
        description = {
            "The key of a message is its sample's id; of a frame of a drive its video, so that a drive is in one partition and in order. Every message is written once, also when the broker is away for"
                    + " a while."
        },
        footer = {
            "",
            "Examples:",
            "  batchmill produce ../shared/data/mnist --topic digits --bootstrap localhost:9092 --rate 200",
            "  batchmill produce 'out/bccd-*.tfrecord' --topic cells --bootstrap localhost:9092 --as arrow --rows 32",
            "  batchmill produce drives --topic road --bootstrap localhost:9092 --stack-for pilotnet-small --frames 3"
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class ProduceCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Parameters(paramLabel = "DATA", description = "As --data of train: record files, a folder, sample:shapes.")
    String data;

    private final ProduceOptions how = new ProduceOptions();

    @Mixin
    final CommandSpec declared = DeclaredOptions.of(how).spec();

    @Mixin
    final CommandSpec ofFrames = DeclaredOptions.of(how.frames)
            .only("frames", "frame-gap", "crop", "input-size")
            .spec();

    private final KafkaOptions kafka = new KafkaOptions();

    @Mixin
    final CommandSpec ofCluster = DeclaredOptions.of(kafka)
            .only("bootstrap", "kafka-config", "kafka-timeout")
            .spec();

    private final DataOptions options = new DataOptions();

    @Mixin
    final CommandSpec ofData =
            DeclaredOptions.of(options).only("format", "split", "classes").spec();

    @Mixin
    Results results;

    ProduceCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    @SuppressWarnings("try") // it is asked by a signal, not by us
    public Integer call() throws Exception {
        KafkaCluster cluster = Topics.reached(kafka);
        options.data = data;
        ProduceJob.Result result;
        try (ProgressDisplay progress = new ProgressDisplay(terminal)) {
            ProduceJob job = new ProduceJob(options, how, progress);
            try (Signals.Asked asked = Signals.asks(() -> {
                job.requestStop();
                return false;
            })) {
                result = job.run(cluster);
            }
        }
        if (results.isJson()) {
            terminal.print(result.toJson());
        } else {
            terminal.print(String.format(
                    Locale.ROOT,
                    "%,d samples in %,d messages, %,d bytes, %.0f samples/s, to %s",
                    result.samples(),
                    result.messages(),
                    result.bytes(),
                    result.samples() / result.seconds(),
                    result.topic()));
        }
        return ExitCode.DONE;
    }
}
