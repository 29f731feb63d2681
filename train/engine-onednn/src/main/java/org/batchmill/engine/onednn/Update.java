package org.batchmill.engine.onednn;

import java.nio.FloatBuffer;
import java.util.List;
import org.batchmill.train.engine.Program.StepContext;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.network.Parameter;

/**
 * Clipping, regularisation and the update rule in one pass over each parameter. Java loops over heap arrays are compiled to vector
 * instructions, loops over native memory are not: so a block that fits into the first-level cache is copied in, computed on and
 * copied back, and memory is read and written once. Makes no garbage.
 */
final class Update {

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

    private float scale;
    private StepContext context;
    private Target target;

    /** A parameter that is trained, and its memory, padding included. */
    private static final class Target {
        final boolean weights;
        final float rate;
        final int length;
        final FloatBuffer value;
        final FloatBuffer gradient;
        final FloatBuffer[] slots;

        Target(Parameters.Entry entry) {
            weights = entry.parameter.role() == Parameter.Role.WEIGHTS;
            rate = entry.rate;
            value = Parameters.floats(entry.value);
            gradient = Parameters.floats(entry.gradient);
            slots = entry.slots.values().stream().map(Parameters::floats).toArray(FloatBuffer[]::new);
            length = value.capacity();
        }

        int parts() {
            return (length + PART - 1) / PART;
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

    Update(ProgramSpec spec, Parameters parameters, Workers workers) {
        this.spec = spec;
        this.workers = workers;
        this.rule = UpdateRule.of(spec.optimizer());
        this.targets = parameters.trained().stream().map(Target::new).toList();
        this.scratch = new Scratch[workers.count()];
        for (int i = 0; i < scratch.length; i++) {
            scratch[i] = new Scratch(spec.optimizer().slots().size());
        }
        int parts = targets.stream().mapToInt(Target::parts).max().orElse(1);
        // The sums of a part as the gradients are, and clipped by value.
        this.sums = new double[2 * parts];
    }

    /** Updates every trained parameter; returns the global norm of the gradients before clipping. */
    double apply(StepContext its) {
        context = its;
        scale = 1;
        boolean clips = spec.clipNorm() > 0;
        double before = 0;
        if (clips) {
            double clipped = 0;
            for (int i = 0; i < targets.size(); i++) {
                target = targets.get(i);
                workers.run(target.parts(), this::measure);
                before += sum(0);
                clipped += sum(1);
            }
            double norm = Math.sqrt(clipped);
            scale = norm > spec.clipNorm() ? (float) (spec.clipNorm() / norm) : 1;
        }
        double total = 0;
        for (int i = 0; i < targets.size(); i++) {
            target = targets.get(i);
            workers.run(target.parts(), this::update);
            total += sum(0);
        }
        return Math.sqrt(clips ? before : total);
    }

    /** The sums of all parts of the target, in their order. */
    private double sum(int which) {
        double total = 0;
        for (int part = 0; part < target.parts(); part++) {
            total += sums[2 * part + which];
        }
        return total;
    }

    private void measure(int part, int worker) {
        Scratch memory = scratch[worker];
        double all = 0;
        double clipped = 0;
        int end = Math.min(target.length, (part + 1) * PART);
        for (int from = part * PART; from < end; from += BLOCK) {
            int count = Math.min(BLOCK, end - from);
            target.gradient.get(from, memory.gradient, 0, count);
            all += SquareSum.of(memory.gradient, count, memory.squares);
            clip(memory.gradient, count);
            clipped += SquareSum.of(memory.gradient, count, memory.squares);
        }
        sums[2 * part] = all;
        sums[2 * part + 1] = clipped;
    }

    private void update(int part, int worker) {
        Scratch memory = scratch[worker];
        double all = 0;
        int end = Math.min(target.length, (part + 1) * PART);
        for (int from = part * PART; from < end; from += BLOCK) {
            all += updateBlock(from, Math.min(BLOCK, end - from), memory);
        }
        sums[2 * part] = all;
    }

    private double updateBlock(int from, int count, Scratch memory) {
        float[] value = memory.value;
        float[] gradient = memory.gradient;
        target.value.get(from, value, 0, count);
        target.gradient.get(from, gradient, 0, count);
        double squares = SquareSum.of(gradient, count, memory.squares);
        clip(gradient, count);
        if (scale != 1) {
            for (int i = 0; i < count; i++) {
                gradient[i] *= scale;
            }
        }
        if (target.weights) {
            regularise(value, gradient, count);
        }
        for (int s = 0; s < target.slots.length; s++) {
            target.slots[s].get(from, memory.slots[s], 0, count);
        }
        double rate = context.learningRate() * target.rate;
        rule.apply(value, gradient, memory.slots, count, context.step() + 1, rate, target.weights);
        target.value.put(from, value, 0, count);
        for (int s = 0; s < target.slots.length; s++) {
            target.slots[s].put(from, memory.slots[s], 0, count);
        }
        return squares;
    }

    private void regularise(float[] value, float[] gradient, int count) {
        float l2 = spec.l2();
        float l1 = spec.l1();
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
        float limit = spec.clipValue();
        if (limit > 0) {
            for (int i = 0; i < count; i++) {
                gradient[i] = Math.max(-limit, Math.min(limit, gradient[i]));
            }
        }
    }
}
