package org.batchmill.cli;

import java.io.IOException;
import java.util.Locale;
import org.batchmill.jobs.JobListener;
import org.batchmill.jobs.model.SamplePredictor;
import org.batchmill.jobs.options.KafkaOptions;
import org.batchmill.jobs.stream.StreamJob;
import org.batchmill.jobs.stream.StreamOptions;
import picocli.CommandLine.Model.CommandSpec;

/** The options of a command that answers the messages of a topic where it has no files to look at, and that work. */
final class StreamMixin {

    private final StreamOptions options = new StreamOptions();
    private final KafkaOptions kafka = new KafkaOptions();

    /** Opens what a model says. */
    @FunctionalInterface
    interface Opening {
        SamplePredictor open(JobListener listener) throws IOException;
    }

    /** @param own options of these names that the command has itself */
    CommandSpec spec(String... own) {
        CommandSpec spec = DeclaredOptions.of(options).without(own).spec();
        DeclaredOptions.of(kafka)
                .only("bootstrap", "kafka-config", "kafka-timeout", "group", "message-format", "start", "dead-letters")
                .spec()
                .options()
                .forEach(spec::addOption);
        return spec;
    }

    /** Messages that are answered together. */
    int rows() {
        return options.batch;
    }

    /** How many messages before a frame are looked at for those before it. */
    int lookBack() {
        return options.lookBack;
    }

    /** As the command's own option says. */
    void rows(int batch) {
        options.batch = batch;
    }

    /** Whether messages are to be answered, and not files looked at. */
    boolean isAsked() {
        return options.isAsked();
    }

    /** Answers until a signal comes, or the topic is idle; returns the exit code. */
    @SuppressWarnings("try") // it is asked by a signal, not by us
    int answer(Terminal terminal, Results results, Opening model) throws IOException, InterruptedException {
        StreamJob.Result result;
        try (ProgressDisplay progress = new ProgressDisplay(terminal);
                SamplePredictor predictor = model.open(progress)) {
            StreamJob job = new StreamJob(options, kafka, progress);
            try (Signals.Asked asked = Signals.asks(() -> {
                job.requestStop();
                return false;
            })) {
                result = job.run(predictor);
            }
        }
        if (results.isJson()) {
            terminal.print(result.toJson());
        } else {
            terminal.print(String.format(
                    Locale.ROOT,
                    "%,d messages, %,d answers in %s, %,d without an answer",
                    result.messages(),
                    result.answers(),
                    result.to(),
                    result.failed()));
        }
        return result.failed() == 0 ? ExitCode.DONE : ExitCode.BAD;
    }
}
