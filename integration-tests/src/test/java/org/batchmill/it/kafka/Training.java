package org.batchmill.it.kafka;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.batchmill.ingest.testing.KafkaBroker;
import org.batchmill.it.Command;

/** The arguments of a small training from a topic. */
final class Training {

    private final String task;
    private final Path run;
    private final List<Object> arguments = new ArrayList<>();

    private Training(String task, Path run, Object... words) {
        this.task = task;
        this.run = run;
        arguments.addAll(List.of("train", task, "--run", run));
        arguments.addAll(Arrays.asList(words));
    }

    /** A softmax on digits: batches of 20, shuffled in blocks of 64, with a history. */
    static Training of(KafkaBroker broker, String topic, Path run) {
        return of("digits", broker, topic, run)
                .with("--classes", String.join(",", Messages.CLASSES), "--model", "digits-softmax")
                .with("--schedule", "constant", "--batch", 20, "--shuffle", "window:64");
    }

    /**
     * Any task, with a history: the order of sums is that of one thread. At the end of a topic a block does not wait for long, which blocks of
     * messages that were all sent before do nowhere else.
     */
    static Training of(String task, KafkaBroker broker, String topic, Path run) {
        return new Training(task, run, "--data", "kafka:" + topic, "--bootstrap", broker.bootstrap())
                .with("--block-seconds", .2, "--workers", 2, "--threads", 1, "--history");
    }

    /** Goes on where a run stands, with its own options. */
    static Training resume(Path run) {
        return new Training("digits", run, "--resume");
    }

    /** As {@link #resume} of this one's run. */
    Training resumed() {
        return new Training(task, run, "--resume");
    }

    /** Adds options; one that is there already gets its new value. */
    Training with(Object... words) {
        for (Object word : words) {
            int at = word.toString().startsWith("--") ? arguments.indexOf(word) : -1;
            if (at >= 0) {
                arguments.subList(at, at + 2).clear();
            }
        }
        arguments.addAll(Arrays.asList(words));
        return this;
    }

    Training steps(int steps) {
        return with("--steps", steps);
    }

    Object[] arguments() {
        return arguments.toArray();
    }

    /** Runs it in this JVM. */
    Command run() {
        return Command.run(arguments());
    }
}
