package org.batchmill.augment.transform;

import java.util.List;

/** What the values 0 to 255 become in batches of floats. Batches of bytes stay bytes: there the engine scales. */
public sealed interface Normalization {

    /** Calls the visitor's method for this kind and returns what it returns. */
    <R> R accept(Visitor<R> visitor);

    /** A method for each kind. */
    interface Visitor<R> {
        R unit(Unit unit);

        R raw(Raw raw);

        R channels(Channels each);

        R perImage(PerImage image);
    }

    /** 0 to 1. */
    record Unit() implements Normalization {
        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.unit(this);
        }
    }

    /** As they are, 0 to 255. */
    record Raw() implements Normalization {
        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.raw(this);
        }
    }

    /**
     * {@code (value / 255 - mean) / deviation} in each channel.
     *
     * @param mean      a value a channel, on the scale of 0 to 1
     * @param deviation a value a channel, above 0
     */
    record Channels(List<Double> mean, List<Double> deviation) implements Normalization {
        public Channels {
            mean = List.copyOf(mean);
            deviation = List.copyOf(deviation);
            Ranges.require(
                    mean.size() == deviation.size() && deviation.stream().allMatch(d -> d > 0),
                    "channels: as many means as deviations, deviations above 0");
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.channels(this);
        }
    }

    /**
     * {@code (value - mean) / max(deviation, 1 / sqrt(n))} over the n values of each image, all channels together: mean 0,
     * variance 1, and no division by zero on an image of one colour.
     */
    record PerImage() implements Normalization {
        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.perImage(this);
        }
    }
}
