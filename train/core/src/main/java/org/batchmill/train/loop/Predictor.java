package org.batchmill.train.loop;

import java.nio.ByteBuffer;
import java.util.List;
import org.batchmill.records.UsageException;
import org.batchmill.train.engine.Program;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.task.Task;

/** Predicts: one network, or several whose predictions are averaged. Owns nothing. Used by one thread at a time. */
public interface Predictor {

    /** What the batches must look like. */
    ProgramSpec spec();

    /**
     * Outputs in inference mode.
     *
     * @param input   {@code rows} samples, 1 to {@code spec().batchSize()}
     * @param outputs [rows][outputSize], overwritten
     */
    void predict(ByteBuffer input, int rows, float[] outputs);

    /** A single network. */
    static Predictor of(Program program) {
        return new Predictor() {
            @Override
            public ProgramSpec spec() {
                return program.spec();
            }

            @Override
            public void predict(ByteBuffer input, int rows, float[] outputs) {
                program.predict(input, rows, outputs);
            }
        };
    }

    /**
     * Several networks for one task, averaged as {@link Task#average} says.
     *
     * @throws UsageException if their inputs or outputs differ
     */
    static Predictor ensemble(List<Program> members, Task task) {
        if (members.isEmpty()) {
            throw new UsageException("an ensemble needs at least one member");
        }
        ProgramSpec first = members.get(0).spec();
        for (Program member : members) {
            ProgramSpec its = member.spec();
            if (!its.network().input().equals(first.network().input())
                    || its.network().output().size() != first.network().output().size()
                    || its.inputFormat() != first.inputFormat()
                    || its.batchSize() != first.batchSize()) {
                throw new UsageException("the members of an ensemble need equal inputs and outputs: "
                        + first.network().name() + " and " + its.network().name() + " differ");
            }
        }
        return new Ensemble(List.copyOf(members), task);
    }
}
