package org.batchmill.train.loop;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.batchmill.batches.Batch;
import org.batchmill.train.collective.Gang;
import org.batchmill.train.engine.NativeFloats;
import org.batchmill.train.engine.Program;
import org.batchmill.train.network.Parameter;

/**
 * Ranks that learn from their rows alone, and whose weights, rolling values and optimizer slots are averaged every so many steps. Between
 * two averages they say nothing to each other: what one of them knows is heard in the step that ends with one.
 */
final class LocalRanks extends GangRanks {

    private final int every;
    private long settledSteps = -1;
    /** Of the rows of the whole batch, this rank's. */
    private double share = 1;

    LocalRanks(Gang gang, Program program, int every) {
        super(gang, program, false);
        this.every = every;
    }

    @Override
    public boolean isTogether(long steps) {
        return steps == settledSteps;
    }

    @Override
    public boolean speaks(long steps) {
        return (steps + 1) % every == 0;
    }

    @Override
    public int meanOver(Batch batch) {
        share = (double) batch.size() / batch.totalRows();
        return batch.size();
    }

    @Override
    public Agreed agree(long step, Own own) throws IOException {
        // A loss that is no number ends this rank first, which then tells.
        if (!speaks(step) || !Double.isFinite(own.loss())) {
            return new Agreed(own.loss(), null, own.ended(), false);
        }
        return super.agree(
                step,
                new Own(own.loss() * share, own.leaves(), own.ended(), own.stop(), own.position(), own.busyNanos()));
    }

    /** Nothing of others: a rank without rows has gradients that are zero. */
    @Override
    public void sum(Program program) {
        program.<RuntimeException>exchangeGradients(gradients -> {});
    }

    /** Each rank's failure is its own to explain. */
    @Override
    public String explanation(long step, String own) {
        return own;
    }

    @Override
    public void settle(Program program, long steps, boolean atEnd) throws IOException {
        if (steps == settledSteps || !(atEnd || steps % every == 0)) {
            return;
        }
        gang.exchange("the weights behind step " + steps, "");
        for (Parameter parameter : program.spec().network().parameters()) {
            program.setParameter(parameter.name(), mean(program.parameter(parameter.name())));
        }
        Snapshots.slots(program)
                .forEach((name, slots) -> slots.forEach((slot, values) -> program.setSlot(name, slot, mean(values))));
        settledSteps = steps;
    }

    /** The mean over all ranks: the same bits on all of them. */
    private float[] mean(float[] own) {
        FloatBuffer sum = ByteBuffer.allocateDirect(own.length * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        sum.put(0, own);
        gang.sum(NativeFloats.ofHost(sum));
        for (int i = 0; i < own.length; i++) {
            own[i] = sum.get(i) / gang.size();
        }
        return own;
    }
}
