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
                            rate, 0, planned(text, steps), rest.isEmpty() ? 1 : Double.parseDouble(rest));
                case "exponential" -> exponential(rest, rate);
                case "steps" -> steps(rest, rate);
                case "plateau" ->
                    new Schedule.Plateau(
                            new Schedule.Constant(rate),
                            .1,
                            rest.isEmpty() ? 5 : Integer.parseInt(rest),
                            0,
                            rate / 10_000);
                default -> throw unknown(text);
            };
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            throw unknown(text);
        }
    }

    private static Schedule exponential(String rest, double rate) {
        String[] numbers = rest.split(",", -1);
        return new Schedule.Exponential(rate, Double.parseDouble(numbers[0]), Long.parseLong(numbers[1]), true);
    }

    private static Schedule steps(String rest, double rate) {
        String[] sides = rest.split("@", -1);
        List<Long> steps = new ArrayList<>();
        for (String step : sides[0].split(",", -1)) {
            steps.add(Long.parseLong(step));
        }
        List<Double> scales = new ArrayList<>();
        for (String scale : sides[1].split(",", -1)) {
            scales.add(Double.parseDouble(scale));
        }
        if (steps.size() != scales.size()) {
            throw new UsageException("schedule steps:" + rest + ": as many factors as steps are wanted");
        }
        return new Schedule.Steps(rate, steps, scales);
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
