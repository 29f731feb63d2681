package org.batchmill.train.optimize;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The update rules of {@link Optimizer} on float arrays, element by element in double precision: what engines are checked against,
 * and what they may fall back to. Thread-safe: it holds no state.
 */
public final class ReferenceOptimizer {

    private ReferenceOptimizer() {}

    /** Slots of a parameter of {@code size} values, as they are before the first update. */
    public static Map<String, float[]> slots(Optimizer rule, int size) {
        Map<String, float[]> slots = new HashMap<>();
        for (String slot : rule.slots()) {
            float[] values = new float[size];
            Arrays.fill(values, rule.initial(slot));
            slots.put(slot, values);
        }
        return slots;
    }

    /**
     * One update of one parameter.
     *
     * @param weights  the parameter, changed in place
     * @param gradient the mean gradient, regularisation included
     * @param slots    by name, changed in place
     * @param update   counts updates from 1
     * @param rate     the learning rate of this parameter in this update
     * @param decayed  whether a decay of the rule's own applies: to weights, not to biases and scales
     */
    public static void update(
            Optimizer rule,
            float[] weights,
            float[] gradient,
            Map<String, float[]> slots,
            long update,
            double rate,
            boolean decayed) {
        rule.accept(new Step(weights, gradient, slots, update, rate, decayed));
    }

    /** One update; each rule's method returns the weights. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Step(
            float[] weights, float[] gradient, Map<String, float[]> slots, long update, double rate, boolean decayed)
            implements Optimizer.Visitor<float[]> {

        @Override
        public float[] sgd(Optimizer.Sgd rule) {
            for (int i = 0; i < weights.length; i++) {
                weights[i] -= (float) (rate * gradient[i]);
            }
            return weights;
        }

        @Override
        public float[] momentum(Optimizer.Momentum rule) {
            ReferenceOptimizer.momentum(rule.momentum(), false, weights, gradient, slots.get("velocity"), rate);
            return weights;
        }

        @Override
        public float[] nesterov(Optimizer.Nesterov rule) {
            ReferenceOptimizer.momentum(rule.momentum(), true, weights, gradient, slots.get("velocity"), rate);
            return weights;
        }

        @Override
        public float[] adagrad(Optimizer.Adagrad rule) {
            scaledByRootMeanSquare(1, 1, rule.epsilon(), weights, gradient, slots.get("square"), rate);
            return weights;
        }

        @Override
        public float[] adadelta(Optimizer.Adadelta rule) {
            ReferenceOptimizer.adadelta(rule, weights, gradient, slots, rate);
            return weights;
        }

        @Override
        public float[] rmsProp(Optimizer.RmsProp rule) {
            scaledByRootMeanSquare(
                    rule.rho(), 1 - (double) rule.rho(), rule.epsilon(), weights, gradient, slots.get("square"), rate);
            return weights;
        }

        @Override
        public float[] adam(Optimizer.Adam rule) {
            ReferenceOptimizer.adam(rule, weights, gradient, slots, update, rate);
            return weights;
        }

        @Override
        public float[] adamW(Optimizer.AdamW rule) {
            if (decayed) {
                for (int i = 0; i < weights.length; i++) {
                    weights[i] -= (float) (rate * rule.decay() * weights[i]);
                }
            }
            Optimizer.Adam adam = new Optimizer.Adam(rule.beta1(), rule.beta2(), rule.epsilon());
            return adam(adam);
        }
    }

    private static void momentum(
            double momentum, boolean nesterov, float[] weights, float[] gradient, float[] velocity, double rate) {
        for (int i = 0; i < weights.length; i++) {
            double v = momentum * velocity[i] + gradient[i];
            velocity[i] = (float) v;
            weights[i] -= (float) (rate * (nesterov ? gradient[i] + momentum * v : v));
        }
    }

    private static void scaledByRootMeanSquare(
            double keep, double add, double epsilon, float[] weights, float[] gradient, float[] square, double rate) {
        for (int i = 0; i < weights.length; i++) {
            double g = gradient[i];
            double s = keep * square[i] + add * g * g;
            square[i] = (float) s;
            weights[i] -= (float) (rate * g / (Math.sqrt(s) + epsilon));
        }
    }

    private static void adadelta(
            Optimizer.Adadelta rule, float[] weights, float[] gradient, Map<String, float[]> slots, double rate) {
        float[] square = slots.get("square");
        float[] change = slots.get("update");
        double rho = rule.rho();
        double epsilon = rule.epsilon();
        for (int i = 0; i < weights.length; i++) {
            double g = gradient[i];
            double s = rho * square[i] + (1 - rho) * g * g;
            double d = Math.sqrt(change[i] + epsilon) / Math.sqrt(s + epsilon) * g;
            square[i] = (float) s;
            change[i] = (float) (rho * change[i] + (1 - rho) * d * d);
            weights[i] -= (float) (rate * d);
        }
    }

    private static void adam(
            Optimizer.Adam rule,
            float[] weights,
            float[] gradient,
            Map<String, float[]> slots,
            long update,
            double rate) {
        double beta1 = rule.beta1();
        double beta2 = rule.beta2();
        double epsilon = rule.epsilon();
        float[] mean = slots.get("mean");
        float[] variance = slots.get("variance");
        double step = rate / (1 - Math.pow(beta1, (double) update));
        double correction = Math.sqrt(1 - Math.pow(beta2, (double) update));
        for (int i = 0; i < weights.length; i++) {
            double g = gradient[i];
            double m = beta1 * mean[i] + (1 - beta1) * g;
            double v = beta2 * variance[i] + (1 - beta2) * g * g;
            mean[i] = (float) m;
            variance[i] = (float) v;
            weights[i] -= (float) (step * m / (Math.sqrt(v) / correction + epsilon));
        }
    }
}
