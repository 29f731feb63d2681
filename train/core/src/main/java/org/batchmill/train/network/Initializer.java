package org.batchmill.train.network;

/**
 * How a parameter starts. Values come from a seeded stream of their own per parameter name, so that adding a layer does not
 * change the others.
 */
public sealed interface Initializer {

    Initializer ZEROS = new Constant(0);
    Initializer GLOROT_UNIFORM = new VarianceScaling(VarianceScaling.Fan.AVERAGE, 1, false);
    Initializer HE_NORMAL = new VarianceScaling(VarianceScaling.Fan.IN, 2, true);

    /** The reference program's for connected layers: uniform up to sqrt(2 / inputs). Its convolutions start as He's do. */
    Initializer DARKNET_CONNECTED = new VarianceScaling(VarianceScaling.Fan.IN, 2 / 3f, false);

    /** Calls the visitor's method for this kind of initializer and returns what it returns. */
    <T> T accept(Visitor<T> visitor);

    /** One value everywhere. */
    record Constant(float value) implements Initializer {
        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.constant(this);
        }
    }

    record Normal(float mean, float standardDeviation) implements Initializer {
        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.normal(this);
        }
    }

    /** Normal, drawn again beyond two standard deviations. */
    record TruncatedNormal(float mean, float standardDeviation) implements Initializer {
        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.truncatedNormal(this);
        }
    }

    record Uniform(float low, float high) implements Initializer {
        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.uniform(this);
        }
    }

    /**
     * Variance {@code scale / fan}: Xavier/Glorot is fan average and scale 1, He/MSRA is fan in and scale 2 (Glorot and Bengio
     * 2010; He et al. 2015).
     *
     * @param normal normal, else uniform
     */
    record VarianceScaling(Fan fan, float scale, boolean normal) implements Initializer {
        /** Which number of connections the variance is divided by. */
        public enum Fan {
            IN,
            OUT,
            AVERAGE
        }

        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.varianceScaling(this);
        }
    }

    /**
     * What is done with each kind of initializer, none of them by default.
     *
     * @param <T> what comes of an initializer
     */
    interface Visitor<T> {
        T constant(Constant initializer);

        T normal(Normal initializer);

        T truncatedNormal(TruncatedNormal initializer);

        T uniform(Uniform initializer);

        T varianceScaling(VarianceScaling initializer);
    }
}
