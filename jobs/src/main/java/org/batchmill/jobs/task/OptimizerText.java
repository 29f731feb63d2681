package org.batchmill.jobs.task;

import java.util.List;
import java.util.Locale;
import org.batchmill.records.UsageException;
import org.batchmill.train.optimize.Optimizer;

/** Reads {@code --optimizer}: a name, and numbers behind a colon where they differ from the defaults. */
final class OptimizerText {

    private static final List<String> FORMS = List.of(
            "sgd",
            "momentum:M",
            "nesterov:M",
            "adagrad",
            "adadelta:RHO,EPSILON",
            "rmsprop:RHO,EPSILON",
            "adam:B1,B2,EPSILON",
            "adamw:DECAY");

    private OptimizerText() {}

    static Optimizer parse(String text) {
        String[] parts = text.toLowerCase(Locale.ROOT).split(":", 2);
        float[] n = numbers(text, parts.length == 2 ? parts[1] : "");
        return switch (parts[0]) {
            case "sgd" -> new Optimizer.Sgd();
            case "momentum" -> new Optimizer.Momentum(or(n, 0, .9f));
            case "nesterov" -> new Optimizer.Nesterov(or(n, 0, .9f));
            case "adagrad" -> new Optimizer.Adagrad(or(n, 0, 0), or(n, 1, 1e-7f));
            case "adadelta" -> new Optimizer.Adadelta(or(n, 0, .95f), or(n, 1, 1e-6f));
            case "rmsprop" -> new Optimizer.RmsProp(or(n, 0, .9f), or(n, 1, 1e-7f));
            case "adam" -> new Optimizer.Adam(or(n, 0, .9f), or(n, 1, .999f), or(n, 2, 1e-8f));
            case "adamw" -> new Optimizer.AdamW(.9f, .999f, 1e-8f, or(n, 0, .01f));
            default ->
                throw new UsageException(
                        "no optimizer is called " + parts[0] + "; there are " + String.join(", ", FORMS));
        };
    }

    private static float[] numbers(String text, String list) {
        if (list.isEmpty()) {
            return new float[0];
        }
        String[] parts = list.split(",", -1);
        float[] numbers = new float[parts.length];
        for (int i = 0; i < parts.length; i++) {
            try {
                numbers[i] = Float.parseFloat(parts[i].strip());
            } catch (NumberFormatException e) {
                throw new UsageException("optimizer " + text + ": \"" + parts[i] + "\" is not a number", e);
            }
        }
        return numbers;
    }

    private static float or(float[] numbers, int index, float otherwise) {
        return index < numbers.length ? numbers[index] : otherwise;
    }
}
