package org.batchmill.it.kafka;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.batchmill.ingest.testing.KafkaBroker;
import org.batchmill.it.Command;

/** The arguments of a small training from a topic. */
final class Training {

    private final List<Object> arguments = new ArrayList<>();

    private Training(Object... words) {
        arguments.addAll(Arrays.asList(words));
    }

    /** A softmax on digits: batches of 20, shuffled in blocks of 64, with a history. */
    static Training of(KafkaBroker broker, String topic, Path run) {
        return new Training("train", "digits", "--data", "kafka:" + topic, "--bootstrap", broker.bootstrap())
                .with("--classes", String.join(",", Messages.CLASSES), "--run", run, "--model", "digits-softmax")
                .with("--schedule", "constant", "--batch", 20, "--shuffle", "window:64", "--block-seconds", 1)
                .with("--workers", 2, "--threads", 1, "--history");
    }

    /** Goes on where a run stands, with its own options. */
    static Training resume(Path run) {
        return new Training("train", "digits", "--run", run, "--resume");
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
