package org.batchmill.cli;

import java.util.concurrent.Callable;
import org.batchmill.jobs.broker.BrokerJob;
import org.batchmill.jobs.broker.BrokerOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;

/** {@code batchmill broker}. */
@Command(
        name = "broker",
        header = "Runs a Kafka broker on this machine, for trying out.",
        description = {
            "Kafka's own, of one node, without a password and for this machine alone. Its jars are fetched when it is started for the first time. Ctrl-C stops it; what was sent stays in its folder."
        },
        footer = {
            "",
            "Examples:",
            "  batchmill broker",
            "  batchmill produce sample:digits --topic digits --bootstrap localhost:9092"
        },
        mixinStandardHelpOptions = true)
final class BrokerCommand implements Callable<Integer> {

    private final Terminal terminal;
    private final BrokerOptions options = new BrokerOptions();

    @Mixin
    final CommandSpec declared = DeclaredOptions.of(options).spec();

    BrokerCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    @SuppressWarnings("try") // it is asked by a signal, not by us
    public Integer call() throws Exception {
        try (ProgressDisplay progress = new ProgressDisplay(terminal)) {
            BrokerJob job = new BrokerJob(options, progress);
            try (Signals.Asked asked = Signals.asks(() -> {
                job.requestStop();
                return false;
            })) {
                job.run();
            }
        }
        return ExitCode.STOPPED;
    }
}
