package org.batchmill.engine.torch.plan;

import org.batchmill.engine.torch.memory.Constants;
import org.batchmill.train.optimize.Optimizer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** The update rules of {@link Optimizer} as operations in place. Stateless. */
interface UpdateRule {

    /** What is done with each piece in one update. */
    interface Step {
        void apply(Update.Piece piece);
    }

    /**
     * @param update counts updates from 1
     * @param rate   the learning rate
     */
    Step at(long update, double rate);

    public static UpdateRule of(Optimizer optimizer) {
        return optimizer.accept(new Operations());
    }

    /** Of each rule. */
    final class Operations implements Optimizer.Visitor<UpdateRule> {
        @Override
        public UpdateRule sgd(Optimizer.Sgd rule) {
            return (update, rate) -> {
                Scalar minus = new Scalar(-rate);
                return piece -> piece.value().add_(piece.gradient(), minus);
            };
        }

        @Override
        public UpdateRule momentum(Optimizer.Momentum rule) {
            return (update, rate) -> {
                Scalar momentum = new Scalar(rule.momentum());
                Scalar minus = new Scalar(-rate);
                return piece -> {
                    Tensor velocity = piece.slots().get(0);
                    velocity.mul_(momentum).add_(piece.gradient());
                    piece.value().add_(velocity, minus);
                };
            };
        }

        @Override
        public UpdateRule nesterov(Optimizer.Nesterov rule) {
            return (update, rate) -> {
                Scalar momentum = new Scalar(rule.momentum());
                Scalar minus = new Scalar(-rate);
                return piece -> {
                    Tensor velocity = piece.slots().get(0);
                    velocity.mul_(momentum).add_(piece.gradient());
                    piece.value().add_(piece.gradient().add_(velocity, momentum), minus);
                };
            };
        }

        @Override
        public UpdateRule adagrad(Optimizer.Adagrad rule) {
            return bySquares(Constants.ONE, Constants.ONE, rule.epsilon());
        }

        @Override
        public UpdateRule rmsProp(Optimizer.RmsProp rule) {
            return (update, rate) -> bySquares(new Scalar(rule.rho()), rest(rule.rho()), rule.epsilon())
                    .at(update, rate);
        }

        /** {@code s = keep s + add g^2; w -= rate g / (sqrt(s) + epsilon)}. */
        private static UpdateRule bySquares(Scalar keep, Scalar add, float epsilon) {
            return (update, rate) -> {
                Scalar small = new Scalar(epsilon);
                Scalar minus = new Scalar(-rate);
                return piece -> {
                    Tensor gradient = piece.gradient();
                    Tensor square = piece.slots().get(0).mul_(keep).addcmul_(gradient, gradient, add);
                    piece.value().addcdiv_(gradient, square.sqrt().add_(small), minus);
                };
            };
        }

        @Override
        public UpdateRule adadelta(Optimizer.Adadelta rule) {
            return (update, rate) -> {
                Scalar keep = new Scalar(rule.rho());
                Scalar add = rest(rule.rho());
                Scalar small = new Scalar(rule.epsilon());
                Scalar minus = new Scalar(-rate);
                return piece -> {
                    Tensor gradient = piece.gradient();
                    Tensor square = piece.slots().get(0).mul_(keep).addcmul_(gradient, gradient, add);
                    Tensor changes = piece.slots().get(1);
                    gradient.mul_(changes.add(small).div_(square.add(small)).sqrt_());
                    changes.mul_(keep).addcmul_(gradient, gradient, add);
                    piece.value().add_(gradient, minus);
                };
            };
        }

        @Override
        public UpdateRule adam(Optimizer.Adam rule) {
            return (update, rate) -> {
                Scalar keepMean = new Scalar(rule.beta1());
                Scalar addMean = rest(rule.beta1());
                Scalar keepVariance = new Scalar(rule.beta2());
                Scalar addVariance = rest(rule.beta2());
                Scalar small = new Scalar(rule.epsilon());
                Scalar correction = new Scalar(1 / Math.sqrt(1 - Math.pow(rule.beta2(), (double) update)));
                Scalar minus = new Scalar(-rate / (1 - Math.pow(rule.beta1(), (double) update)));
                return piece -> {
                    Tensor gradient = piece.gradient();
                    Tensor mean = piece.slots().get(0).mul_(keepMean).add_(gradient, addMean);
                    Tensor variance = piece.slots().get(1).mul_(keepVariance).addcmul_(gradient, gradient, addVariance);
                    piece.value()
                            .addcdiv_(mean, variance.sqrt().mul_(correction).add_(small), minus);
                };
            };
        }

        @Override
        public UpdateRule adamW(Optimizer.AdamW rule) {
            UpdateRule adam = adam(new Optimizer.Adam(rule.beta1(), rule.beta2(), rule.epsilon()));
            return (update, rate) -> {
                Scalar kept = new Scalar(1 - rate * rule.decay());
                Step step = adam.at(update, rate);
                return piece -> {
                    if (piece.weights()) {
                        piece.value().mul_(kept);
                    }
                    step.apply(piece);
                };
            };
        }

        private static Scalar rest(float share) {
            return new Scalar(1 - (double) share);
        }
    }
}
