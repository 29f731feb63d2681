package org.batchmill.train.host;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.function.Function;
import org.batchmill.train.engine.Program.StepContext;
import org.batchmill.train.engine.ProgramSpec;

/**
 * Clipping, regularisation and the update rule in one pass over each parameter. Java loops over heap arrays are compiled to vector
 * instructions, loops over native memory are not: so a block that fits into the first-level cache is copied in, computed on and
 * copied back, and memory is read and written once. Makes no garbage. Used by one thread at a time.
 */
public final class Update {

    /** Values in a block: three arrays of 8 KiB. */
    private static final int BLOCK = 2048;

    /** Blocks in one task of a thread. */
    private static final int BLOCKS = 32;

    private static final int PART = BLOCK * BLOCKS;

    private final ProgramSpec spec;
    private final Workers workers;
    private final UpdateRule rule;
    private final List<Target> targets;
    private final Scratch[] scratch;
    private final double[] sums;

    /** Which target and which of its blocks a part is: all parameters are one work, so that small ones wait for nobody. */
    private final int[] targetOf;

    private final int[] partOf;
    private float scale;
    private StepContext context;

    /**
     * A parameter that is trained, and its memory, padding of zeros included: each rule leaves a 0 with gradient 0 as it is.
     *
     * @param weights whether it decays
     * @param rate    a multiplier of the learning rate
     * @param slots   in the order of the optimizer's, each as long as the value
     */
    public record Target(
            boolean weights, float rate, FloatBuffer value, FloatBuffer gradient, List<FloatBuffer> slots) {

        /** The target of an entry, whose arrays are looked at as floats. */
        public static <T> Target of(ParameterEntry<T> entry, Function<T, FloatBuffer> floats) {
            return new Target(
                    entry.isWeights(),
                    entry.rate,
                    floats.apply(entry.value),
                    floats.apply(entry.gradient),
                    entry.slots.values().stream().map(floats).toList());
        }

        private int length() {
            return value.capacity();
        }

        private int parts() {
            return (length() + PART - 1) / PART;
        }
    }

    /** A thread's blocks. */
    private static final class Scratch {
        final float[] value = new float[BLOCK];
        final float[] gradient = new float[BLOCK];
        final float[][] slots;
        final float[] squares = new float[SquareSum.LANES];

        Scratch(int slotCount) {
            slots = new float[slotCount][BLOCK];
        }
    }

    public Update(ProgramSpec spec, List<Target> targets, Workers workers) {
        this.spec = spec;
        this.workers = workers;
        this.rule = UpdateRule.of(spec.optimizer());
        this.targets = List.copyOf(targets);
        this.scratch = new Scratch[workers.count()];
        for (int i = 0; i < scratch.length; i++) {
            scratch[i] = new Scratch(spec.optimizer().slots().size());
        }
        int parts = targets.stream().mapToInt(Target::parts).sum();
        this.targetOf = new int[parts];
        this.partOf = new int[parts];
        for (int t = 0, at = 0; t < targets.size(); t++) {
            for (int part = 0; part < targets.get(t).parts(); part++, at++) {
                targetOf[at] = t;
                partOf[at] = part;
            }
        }
        // The sums of a part as the gradients are, and clipped by value.
        this.sums = new double[2 * parts];
    }

    /** Updates every trained parameter; returns the global norm of the gradients before clipping. */
    public double apply(StepContext its) {
        context = its;
        scale = 1;
        boolean clips = spec.learning().clipping().norm() > 0;
        double before = 0;
        if (clips) {
            workers.run(partOf.length, this::measure);
            before = sum(0);
            double norm = Math.sqrt(sum(1));
            scale = norm > spec.learning().clipping().norm()
                    ? (float) (spec.learning().clipping().norm() / norm)
                    : 1;
        }
        workers.run(partOf.length, this::update);
        return Math.sqrt(clips ? before : sum(0));
    }

    /** The sums of all parts, in their order. */
    private double sum(int which) {
        double total = 0;
        for (int part = 0; part < partOf.length; part++) {
            total += sums[2 * part + which];
        }
        return total;
    }

    private void measure(int part, int worker) {
        Target target = targets.get(targetOf[part]);
        Scratch memory = scratch[worker];
        double all = 0;
        double clipped = 0;
        int start = partOf[part] * PART;
        int end = Math.min(target.length(), start + PART);
        for (int from = start; from < end; from += BLOCK) {
            int count = Math.min(BLOCK, end - from);
            target.gradient().get(from, memory.gradient, 0, count);
            if (target.weights() && spec.learning().keepZeros()) {
                target.value().get(from, memory.value, 0, count);
                spec.keepZeros(memory.value, memory.gradient, count);
            }
            all += SquareSum.of(memory.gradient, count, memory.squares);
            clip(memory.gradient, count);
            clipped += SquareSum.of(memory.gradient, count, memory.squares);
        }
        sums[2 * part] = all;
        sums[2 * part + 1] = clipped;
    }

    private void update(int part, int worker) {
        Target target = targets.get(targetOf[part]);
        double all = 0;
        int start = partOf[part] * PART;
        int end = Math.min(target.length(), start + PART);
        for (int from = start; from < end; from += BLOCK) {
            all += updateBlock(target, from, Math.min(BLOCK, end - from), scratch[worker]);
        }
        sums[2 * part] = all;
    }

    private double updateBlock(Target target, int from, int count, Scratch memory) {
        float[] value = memory.value;
        float[] gradient = memory.gradient;
        target.value().get(from, value, 0, count);
        target.gradient().get(from, gradient, 0, count);
        if (target.weights()) {
            spec.keepZeros(value, gradient, count);
        }
        double squares = SquareSum.of(gradient, count, memory.squares);
        clip(gradient, count);
        if (scale != 1) {
            for (int i = 0; i < count; i++) {
                gradient[i] *= scale;
            }
        }
        if (target.weights()) {
            regularise(value, gradient, count);
        }
        for (int s = 0; s < target.slots().size(); s++) {
            target.slots().get(s).get(from, memory.slots[s], 0, count);
        }
        double rate = context.learningRate() * target.rate();
        rule.apply(value, gradient, memory.slots, count, context.step() + 1, rate, target.weights());
        target.value().put(from, value, 0, count);
        for (int s = 0; s < target.slots().size(); s++) {
            target.slots().get(s).put(from, memory.slots[s], 0, count);
        }
        return squares;
    }

    private void regularise(float[] value, float[] gradient, int count) {
        float l2 = spec.learning().decay().l2();
        float l1 = spec.learning().decay().l1();
        if (l2 != 0) {
            for (int i = 0; i < count; i++) {
                gradient[i] += l2 * value[i];
            }
        }
        if (l1 != 0) {
            for (int i = 0; i < count; i++) {
                gradient[i] += l1 * Math.signum(value[i]);
            }
        }
    }

    private void clip(float[] gradient, int count) {
        float limit = spec.learning().clipping().value();
        if (limit > 0) {
            for (int i = 0; i < count; i++) {
                gradient[i] = Math.max(-limit, Math.min(limit, gradient[i]));
            }
        }
    }
}
