package org.batchmill.engine.nd4j;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.batchmill.train.engine.Program.StepContext;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.network.Parameter;
import org.batchmill.train.optimize.ReferenceOptimizer;

/**
 * Clipping, regularisation and the update rule in one pass over each parameter, block by block: memory is read and written once.
 * The rule itself is {@link ReferenceOptimizer}'s.
 */
final class Update {

    /** Blocks in one task of a thread. */
    private static final int BLOCKS = 16;

    private static final int PART = BLOCKS * Floats.BLOCK;

    private final ProgramSpec spec;
    private final Threads threads;
    private final List<Target> targets;

    /** A parameter that is trained, and its memory. */
    private record Target(Parameter parameter, float rate, Floats value, Floats gradient, Map<String, Floats> slots) {
        static Target of(Parameters.Entry entry) {
            Map<String, Floats> slots = new HashMap<>();
            entry.slots.forEach((name, array) -> slots.put(name, new Floats(array)));
            return new Target(entry.parameter, entry.rate, new Floats(entry.value), new Floats(entry.gradient), slots);
        }

        boolean isWeights() {
            return parameter.role() == Parameter.Role.WEIGHTS;
        }

        int parts() {
            return (value.length() + PART - 1) / PART;
        }
    }

    Update(ProgramSpec spec, Parameters parameters, Threads threads) {
        this.spec = spec;
        this.threads = threads;
        this.targets = parameters.trained().stream().map(Target::of).toList();
    }

    /** Updates every trained parameter; returns the global norm of the gradients before clipping. */
    double apply(StepContext context) {
        boolean clips = spec.clipNorm() > 0;
        double[] squares = clips ? squares() : new double[2];
        float scale = 1;
        if (clips) {
            double norm = Math.sqrt(squares[1]);
            scale = norm > spec.clipNorm() ? (float) (spec.clipNorm() / norm) : 1;
        }
        double total = 0;
        for (Target target : targets) {
            total += apply(target, scale, context);
        }
        return Math.sqrt(clips ? squares[0] : total);
    }

    /** The sums of squares of all gradients as they are, and clipped by value. */
    private double[] squares() {
        double[] all = new double[2];
        for (Target target : targets) {
            double[][] partial = new double[target.parts()][];
            threads.run(target.parts(), part -> {
                double[] sums = new double[2];
                blocks(target, part, (from, count) -> {
                    float[] gradient = new float[count];
                    target.gradient().read(from, gradient, count);
                    if (target.isWeights() && spec.keepZeros()) {
                        float[] value = new float[count];
                        target.value().read(from, value, count);
                        spec.keepZeros(value, gradient, count);
                    }
                    sums[0] += square(gradient);
                    clipValues(gradient);
                    sums[1] += square(gradient);
                });
                partial[part] = sums;
            });
            for (double[] sums : partial) {
                all[0] += sums[0];
                all[1] += sums[1];
            }
        }
        return all;
    }

    private double apply(Target target, float scale, StepContext context) {
        double[] partial = new double[target.parts()];
        threads.run(
                target.parts(),
                part -> blocks(target, part, (from, count) -> {
                    partial[part] += applyBlock(target, from, count, scale, context);
                }));
        double sum = 0;
        for (double squares : partial) {
            sum += squares;
        }
        return sum;
    }

    private double applyBlock(Target target, int from, int count, float scale, StepContext context) {
        float[] value = new float[count];
        float[] gradient = new float[count];
        target.value().read(from, value, count);
        target.gradient().read(from, gradient, count);
        boolean weights = target.isWeights();
        if (weights) {
            spec.keepZeros(value, gradient, count);
        }
        double squares = square(gradient);
        clipValues(gradient);
        if (scale != 1) {
            for (int i = 0; i < count; i++) {
                gradient[i] *= scale;
            }
        }
        if (weights) {
            regularise(value, gradient);
        }
        Map<String, float[]> slots = new HashMap<>();
        target.slots().forEach((name, memory) -> {
            float[] values = new float[count];
            memory.read(from, values, count);
            slots.put(name, values);
        });
        ReferenceOptimizer.update(
                spec.optimizer(),
                value,
                gradient,
                slots,
                context.step() + 1,
                context.learningRate() * target.rate(),
                weights);
        target.value().write(from, value, count);
        slots.forEach((name, values) -> target.slots().get(name).write(from, values, count));
        return squares;
    }

    private void regularise(float[] value, float[] gradient) {
        if (spec.l2() != 0) {
            for (int i = 0; i < value.length; i++) {
                gradient[i] += spec.l2() * value[i];
            }
        }
        if (spec.l1() != 0) {
            for (int i = 0; i < value.length; i++) {
                gradient[i] += spec.l1() * Math.signum(value[i]);
            }
        }
    }

    private void clipValues(float[] gradient) {
        float limit = spec.clipValue();
        if (limit > 0) {
            for (int i = 0; i < gradient.length; i++) {
                gradient[i] = Math.max(-limit, Math.min(limit, gradient[i]));
            }
        }
    }

    private static double square(float[] values) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int i = 0;
        for (; i + 3 < values.length; i += 4) {
            s0 += (double) values[i] * values[i];
            s1 += (double) values[i + 1] * values[i + 1];
            s2 += (double) values[i + 2] * values[i + 2];
            s3 += (double) values[i + 3] * values[i + 3];
        }
        for (; i < values.length; i++) {
            s0 += (double) values[i] * values[i];
        }
        return s0 + s1 + (s2 + s3);
    }

    private interface BlockWork {
        void run(int from, int count);
    }

    private static void blocks(Target target, int part, BlockWork work) {
        int end = Math.min(target.value().length(), (part + 1) * PART);
        for (int from = part * PART; from < end; from += Floats.BLOCK) {
            work.run(from, Math.min(Floats.BLOCK, end - from));
        }
    }
}
