package org.batchmill.jobs.options;

import java.util.ArrayList;
import java.util.List;
import org.batchmill.records.OptionException;
import org.batchmill.records.UsageException;
import org.batchmill.train.optimize.Schedule;

/**
 * How the learning rate goes, before the rate and the number of updates are known: constant, cosine, steps:N,N@F,F,
 * exponential:FACTOR,EVERY, polynomial:POWER or plateau:PATIENCE. Immutable.
 *
 * @param text as it is written
 */
public record SchedulePlan(String text) {

    /** @throws UsageException if the text is none of the forms */
    public SchedulePlan {
        try {
            plain(text, 1, 1);
        } catch (IllegalArgumentException e) {
            throw new UsageException("schedule " + text + ": " + e.getMessage(), e);
        }
    }

    /**
     * The schedule.
     *
     * @param rate   the rate that it starts from
     * @param steps  planned updates, 0 if that is open
     * @param warmup updates of a linear rise at the start, 0 for none
     * @throws OptionException if it ends with the last update, which is open
     */
    public Schedule from(double rate, long steps, int warmup) {
        return plain(text, rate, steps).withWarmUp(warmup, 1);
    }

    @Override
    public String toString() {
        return text;
    }

    private static Schedule plain(String text, double rate, long steps) {
        String[] parts = text.split(":", 2);
        String rest = parts.length == 2 ? parts[1] : "";
        try {
            return switch (parts[0]) {
                case "constant" -> new Schedule.Constant(rate);
                case "cosine" -> new Schedule.Cosine(rate, rate / 100, planned(text, steps));
                case "polynomial" ->
                    new Schedule.Polynomial(
                            rate, 0, planned(text, steps), rest.isEmpty() ? 1 : positive("power", rest));
                case "exponential" -> exponential(rest, rate);
                case "steps" -> steps(rest, rate);
                case "plateau" ->
                    new Schedule.Plateau(
                            new Schedule.Constant(rate),
                            .1,
                            rest.isEmpty() ? 5 : (int) counted("patience", rest),
                            0,
                            rate / 10_000);
                default -> throw unknown(text);
            };
        } catch (NumberFormatException e) {
            throw unknown(text);
        }
    }

    private static Schedule exponential(String rest, double rate) {
        String[] numbers = rest.split(",", -1);
        requireParts(numbers, 2, rest);
        return new Schedule.Exponential(rate, positive("factor", numbers[0]), counted("every", numbers[1]), true);
    }

    private static Schedule steps(String rest, double rate) {
        String[] sides = rest.split("@", -1);
        requireParts(sides, 2, rest);
        List<Long> steps = new ArrayList<>();
        for (String step : sides[0].split(",", -1)) {
            steps.add(counted("step", step));
        }
        List<Double> scales = new ArrayList<>();
        for (String scale : sides[1].split(",", -1)) {
            scales.add(positive("factor", scale));
        }
        if (steps.size() != scales.size()) {
            throw new UsageException("schedule steps:" + rest + ": as many factors as steps are wanted");
        }
        for (int i = 1; i < steps.size(); i++) {
            if (steps.get(i) <= steps.get(i - 1)) {
                throw new IllegalArgumentException("step " + steps.get(i) + " stands behind " + steps.get(i - 1));
            }
        }
        return new Schedule.Steps(rate, steps, scales);
    }

    private static void requireParts(String[] parts, int count, String text) {
        if (parts.length != count) {
            throw new NumberFormatException(text);
        }
    }

    private static long counted(String what, String text) {
        int number = Integer.parseInt(text.strip());
        if (number < 1) {
            throw new IllegalArgumentException(what + " is at least 1, not " + number);
        }
        return number;
    }

    private static double positive(String what, String text) {
        double number = Double.parseDouble(text.strip());
        if (!(number > 0) || !Double.isFinite(number)) {
            throw new IllegalArgumentException(what + " is above 0, not " + text.strip());
        }
        return number;
    }

    private static long planned(String text, long steps) {
        if (steps == 0) {
            throw new OptionException("schedule " + text + " needs {epochs} or {steps}: it ends at the last of them");
        }
        return steps;
    }

    private static UsageException unknown(String text) {
        return UsageException.unknownName(
                "schedule",
                text,
                List.of(
                        "constant",
                        "cosine",
                        "steps:N,N@F,F",
                        "exponential:FACTOR,EVERY",
                        "polynomial:POWER",
                        "plateau:PATIENCE"));
    }
}
