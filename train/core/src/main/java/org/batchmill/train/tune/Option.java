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

    /** One of some values. */
    record Choice(String name, List<String> values) implements Option {
        public Choice {
            values = List.copyOf(values);
            if (values.isEmpty()) {
                throw new UsageException(name + ": no values to choose from");
            }
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
        public String draw(RandomGenerator random) {
            return Double.toString(low + (high - low) * random.nextDouble());
        }
    }
}
