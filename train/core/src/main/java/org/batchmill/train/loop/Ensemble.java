package org.batchmill.train.loop;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.batchmill.train.engine.Program;
import org.batchmill.train.engine.ProgramSpec;
import org.batchmill.train.task.Task;

/** Averages the predictions of several networks. */
final class Ensemble implements Predictor {

    private final List<Program> members;
    private final Task task;

    Ensemble(List<Program> members, Task task) {
        this.members = members;
        this.task = task;
    }

    @Override
    public ProgramSpec spec() {
        return members.get(0).spec();
    }

    @Override
    public void predict(ByteBuffer input, int rows, float[] outputs) {
        int size = rows * spec().network().output().size();
        List<float[]> predictions = new ArrayList<>();
        for (Program member : members) {
            float[] its = new float[size];
            member.predict(input, rows, its);
            predictions.add(its);
        }
        System.arraycopy(task.average(predictions, rows), 0, outputs, 0, size);
    }
}
