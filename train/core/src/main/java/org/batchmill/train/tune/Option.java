package org.batchmill.train.tune;

import java.util.List;
import java.util.random.RandomGenerator;
import org.batchmill.records.UsageException;

/** An option that is searched over. Its values are texts, as the command line would take them. */
public sealed interface Option {

    /** What the option is called: {@code lr}. */
    String name();

    /** A value at random. */
    String draw(RandomGenerator random);

    /** What {@link #parse} takes back. */
    String text();

    /**
     * Reads {@code NAME=VALUES}: values with commas between them, or with {@code |} where they hold commas themselves; or a range,
     * {@code 8..64} of whole numbers, {@code 0..0.5} of all, {@code log:1e-4..1e-1} where every size of number is as likely.
     *
     * @throws UsageException if it is none of these
     */
    static Option parse(String text) {
        int equals = text.indexOf('=');
        if (equals < 1 || equals == text.length() - 1) {
            throw new UsageException("what is searched over is NAME=VALUES, not " + text);
        }
        String name = text.substring(0, equals).strip().replaceFirst("^--", "");
        String values = text.substring(equals + 1);
        int dots = values.indexOf("..");
        if (dots < 0) {
            return new Choice(name, List.of(values.split(values.contains("|") ? "\\|" : ",", -1)));
        }
        boolean log = values.startsWith("log:");
        return range(name, values.substring(log ? 4 : 0, dots), values.substring(dots + 2), log);
    }

    private static Option range(String name, String low, String high, boolean log) {
        try {
            if (!log && low.matches("\\d+") && high.matches("\\d+")) {
                return new Whole(name, Integer.parseInt(low), Integer.parseInt(high));
            }
            double from = Double.parseDouble(low);
            double to = Double.parseDouble(high);
            return log ? new LogUniform(name, from, to) : new Uniform(name, from, to);
        } catch (NumberFormatException e) {
            throw new UsageException(name + ": not a range of numbers: " + low + ".." + high, e);
        }
    }

    /** One of some values. */
    record Choice(String name, List<String> values) implements Option {
        public Choice {
            values = List.copyOf(values);
            if (values.isEmpty()) {
                throw new UsageException(name + ": no values to choose from");
            }
        }

        @Override
        public String text() {
            return name + "=" + String.join(values.stream().anyMatch(value -> value.contains(",")) ? "|" : ",", values);
        }

        @Override
        public String draw(RandomGenerator random) {
            return values.get(random.nextInt(values.size()));
        }
    }

    /** A number from {@code low} to {@code high}, every size of number as likely as every other: for learning rates. */
    record LogUniform(String name, double low, double high) implements Option {
        public LogUniform {
            if (!(low > 0 && high >= low)) {
                throw new UsageException(name + ": not a range above 0: " + low + " to " + high);
            }
        }

        @Override
        public String text() {
            return name + "=log:" + low + ".." + high;
        }

        @Override
        public String draw(RandomGenerator random) {
            return Double.toString(low * Math.pow(high / low, random.nextDouble()));
        }
    }

    /** A number from {@code low} to {@code high}. */
    record Uniform(String name, double low, double high) implements Option {
        public Uniform {
            if (!(high >= low)) {
                throw new UsageException(name + ": not a range: " + low + " to " + high);
            }
        }

        @Override
        public String text() {
            return name + "=" + low + ".." + high;
        }

        @Override
        public String draw(RandomGenerator random) {
            return Double.toString(low + (high - low) * random.nextDouble());
        }
    }

    /** A whole number from {@code low} to {@code high}, both included. */
    record Whole(String name, int low, int high) implements Option {
        public Whole {
            if (high < low || high == Integer.MAX_VALUE) {
                throw new UsageException(name + ": not a range: " + low + " to " + high);
            }
        }

        @Override
        public String text() {
            return name + "=" + low + ".." + high;
        }

        @Override
        public String draw(RandomGenerator random) {
            return Integer.toString(random.nextInt(low, high + 1));
        }
    }
}
