package org.batchmill.train.host;

import org.batchmill.train.optimize.Optimizer;

/** The update rules of {@link Optimizer}, most of them in float32, as loops that the compiler turns into vector instructions. Stateless. */
interface UpdateRule {

    /**
     * @param value    changed in place
     * @param gradient with regularisation
     * @param slots    in the order of {@link Optimizer#slots()}, changed in place
     * @param count    of values in each array
     * @param update   counts updates from 1
     * @param rate     the learning rate
     * @param weights  whether a decay of the rule's own applies
     */
    void apply(float[] value, float[] gradient, float[][] slots, int count, long update, double rate, boolean weights);

    static UpdateRule of(Optimizer optimizer) {
        return optimizer.accept(new Loops());
    }

    /** The loop of each rule. */
    final class Loops implements Optimizer.Visitor<UpdateRule> {
        @Override
        public UpdateRule sgd(Optimizer.Sgd rule) {
            return (value, gradient, slots, count, update, rate, weights) ->
                    descend(value, gradient, count, (float) rate);
        }

        @Override
        public UpdateRule momentum(Optimizer.Momentum rule) {
            return (value, gradient, slots, count, update, rate, weights) ->
                    UpdateRule.momentum(rule.momentum(), value, gradient, slots[0], count, (float) rate);
        }

        @Override
        public UpdateRule nesterov(Optimizer.Nesterov rule) {
            return (value, gradient, slots, count, update, rate, weights) ->
                    UpdateRule.nesterov(rule.momentum(), value, gradient, slots[0], count, rate);
        }

        @Override
        public UpdateRule adagrad(Optimizer.Adagrad rule) {
            return (value, gradient, slots, count, update, rate, weights) ->
                    bySquares(1, 1, rule.epsilon(), value, gradient, slots[0], count, (float) rate);
        }

        @Override
        public UpdateRule adadelta(Optimizer.Adadelta rule) {
            return (value, gradient, slots, count, update, rate, weights) ->
                    UpdateRule.adadelta(rule.rho(), rule.epsilon(), value, gradient, slots, count, rate);
        }

        @Override
        public UpdateRule rmsProp(Optimizer.RmsProp rule) {
            return (value, gradient, slots, count, update, rate, weights) -> bySquares(
                    rule.rho(), 1 - rule.rho(), rule.epsilon(), value, gradient, slots[0], count, (float) rate);
        }

        @Override
        public UpdateRule adam(Optimizer.Adam rule) {
            return (value, gradient, slots, count, update, rate, weights) ->
                    UpdateRule.adam(rule, value, gradient, slots, count, update, rate);
        }

        @Override
        public UpdateRule adamW(Optimizer.AdamW rule) {
            UpdateRule adam = adam(new Optimizer.Adam(rule.beta1(), rule.beta2(), rule.epsilon()));
            return (value, gradient, slots, count, update, rate, weights) -> {
                if (weights) {
                    decay((float) (rate * rule.decay()), value, count);
                }
                adam.apply(value, gradient, slots, count, update, rate, weights);
            };
        }
    }

    private static void descend(float[] value, float[] gradient, int count, float rate) {
        for (int i = 0; i < count; i++) {
            value[i] -= rate * gradient[i];
        }
    }

    private static void decay(float share, float[] value, int count) {
        for (int i = 0; i < count; i++) {
            value[i] -= share * value[i];
        }
    }

    private static void momentum(
            float momentum, float[] value, float[] gradient, float[] velocity, int count, float rate) {
        for (int i = 0; i < count; i++) {
            float v = momentum * velocity[i] + gradient[i];
            velocity[i] = v;
            value[i] -= rate * v;
        }
    }

    /**
     * In double precision between what is stored: the velocity goes into the step twice, and what is rounded there comes back in every
     * later step.
     */
    private static void nesterov(
            double momentum, float[] value, float[] gradient, float[] velocity, int count, double rate) {
        for (int i = 0; i < count; i++) {
            double g = gradient[i];
            double v = momentum * velocity[i] + g;
            velocity[i] = (float) v;
            value[i] = (float) (value[i] - rate * (g + momentum * v));
        }
    }

    /** {@code s = keep s + add g^2; w -= rate g / (sqrt(s) + epsilon)}. */
    private static void bySquares(
            float keep,
            float add,
            float epsilon,
            float[] value,
            float[] gradient,
            float[] square,
            int count,
            float rate) {
        for (int i = 0; i < count; i++) {
            float g = gradient[i];
            float s = keep * square[i] + add * g * g;
            square[i] = s;
            value[i] -= rate * g / ((float) Math.sqrt(s) + epsilon);
        }
    }

    /**
     * In double precision between what is stored: each step is made from the sizes of the steps before it, so roundings feed themselves.
     */
    private static void adadelta(
            double rho, double epsilon, float[] value, float[] gradient, float[][] slots, int count, double rate) {
        float[] square = slots[0];
        float[] change = slots[1];
        double rest = 1 - rho;
        for (int i = 0; i < count; i++) {
            double g = gradient[i];
            double s = rho * square[i] + rest * g * g;
            double d = Math.sqrt((change[i] + epsilon) / (s + epsilon)) * g;
            square[i] = (float) s;
            change[i] = (float) (rho * change[i] + rest * d * d);
            value[i] = (float) (value[i] - rate * d);
        }
    }

    private static void adam(
            Optimizer.Adam rule,
            float[] value,
            float[] gradient,
            float[][] slots,
            int count,
            long update,
            double rate) {
        float[] mean = slots[0];
        float[] variance = slots[1];
        float beta1 = rule.beta1();
        float beta2 = rule.beta2();
        float rest1 = 1 - beta1;
        float rest2 = 1 - beta2;
        float epsilon = rule.epsilon();
        float step = (float) (rate / (1 - Math.pow(beta1, (double) update)));
        float correction = (float) (1 / Math.sqrt(1 - Math.pow(beta2, (double) update)));
        for (int i = 0; i < count; i++) {
            float g = gradient[i];
            float m = beta1 * mean[i] + rest1 * g;
            float v = beta2 * variance[i] + rest2 * g * g;
            mean[i] = m;
            variance[i] = v;
            value[i] -= step * m / ((float) Math.sqrt(v) * correction + epsilon);
        }
    }
}
