package org.batchmill.train.optimize;

import java.util.List;

/**
 * An update rule: w is the parameter, g its gradient (the mean over the batch, regularisation included), t counts updates from 1,
 * lr is the learning rate of this step. Slots start at 0 unless said otherwise. A plain value; engines apply it on their device.
 */
public sealed interface Optimizer {

    /** Names of the arrays kept beside each parameter. */
    List<String> slots();

    /** Calls the visitor's method for this rule and returns what it returns. */
    <T> T accept(Visitor<T> visitor);

    /** What a slot holds before the first update. */
    default float initial(String slot) {
        return 0;
    }

    /** {@code w -= lr g}. */
    record Sgd() implements Optimizer {
        @Override
        public List<String> slots() {
            return List.of();
        }

        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.sgd(this);
        }
    }

    /** {@code v = momentum v + g; w -= lr v}. With decay added to g this is darknet's rule. */
    record Momentum(float momentum) implements Optimizer {
        @Override
        public List<String> slots() {
            return List.of("velocity");
        }

        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.momentum(this);
        }
    }

    /** {@code v = momentum v + g; w -= lr (g + momentum v)}. */
    record Nesterov(float momentum) implements Optimizer {
        @Override
        public List<String> slots() {
            return List.of("velocity");
        }

        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.nesterov(this);
        }
    }

    /** {@code s += g^2; w -= lr g / (sqrt(s) + epsilon)}; s starts at {@code initial}. */
    record Adagrad(float initial, float epsilon) implements Optimizer {
        @Override
        public List<String> slots() {
            return List.of("square");
        }

        @Override
        public float initial(String slot) {
            return initial;
        }

        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.adagrad(this);
        }
    }

    /**
     * {@code s = rho s + (1-rho) g^2; d = sqrt(u + epsilon) / sqrt(s + epsilon) g; u = rho u + (1-rho) d^2; w -= lr d} (Zeiler
     * 2012).
     */
    record Adadelta(float rho, float epsilon) implements Optimizer {
        @Override
        public List<String> slots() {
            return List.of("square", "update");
        }

        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.adadelta(this);
        }
    }

    /** {@code s = rho s + (1-rho) g^2; w -= lr g / (sqrt(s) + epsilon)}. */
    record RmsProp(float rho, float epsilon) implements Optimizer {
        @Override
        public List<String> slots() {
            return List.of("square");
        }

        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.rmsProp(this);
        }
    }

    /**
     * {@code m = b1 m + (1-b1) g; v = b2 v + (1-b2) g^2; w -= lr / (1-b1^t) m / (sqrt(v) / sqrt(1-b2^t) + epsilon)} (Kingma and Ba
     * 2015).
     */
    record Adam(float beta1, float beta2, float epsilon) implements Optimizer {
        @Override
        public List<String> slots() {
            return List.of("mean", "variance");
        }

        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.adam(this);
        }
    }

    /** {@link Adam} on g without decay, after {@code w -= lr decay w} on weights (Loshchilov and Hutter 2019). */
    record AdamW(float beta1, float beta2, float epsilon, float decay) implements Optimizer {
        @Override
        public List<String> slots() {
            return List.of("mean", "variance");
        }

        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.adamW(this);
        }
    }

    /**
     * What is done with each rule. It has no default: a new rule does not compile before every engine applies it.
     *
     * @param <T> what comes of a rule
     */
    interface Visitor<T> {
        T sgd(Sgd rule);

        T momentum(Momentum rule);

        T nesterov(Nesterov rule);

        T adagrad(Adagrad rule);

        T adadelta(Adadelta rule);

        T rmsProp(RmsProp rule);

        T adam(Adam rule);

        T adamW(AdamW rule);
    }
}
