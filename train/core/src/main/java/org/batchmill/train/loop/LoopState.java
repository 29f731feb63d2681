package org.batchmill.train.loop;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.batchmill.records.DataException;
import org.batchmill.records.UsageException;
import org.batchmill.train.checkpoint.Checkpoint;
import org.batchmill.train.engine.Program;
import org.batchmill.train.optimize.ScheduleProgress;
import org.batchmill.train.task.Task;

/** All that a training goes on from, to a checkpoint and back. Used by the loop's thread, between two updates. */
final class LoopState {

    private static final String SCHEDULE = "schedule";
    private static final String LOOP = "loop";

    private final Program program;
    private final Task task;
    private final ScheduleProgress schedule;
    private final WeightAverage average;
    private final List<Hook> hooks;

    /** @param average null where none is kept */
    LoopState(Program program, Task task, ScheduleProgress schedule, WeightAverage average, List<Hook> hooks) {
        this.program = program;
        this.task = task;
        this.schedule = schedule;
        this.average = average;
        this.hooks = hooks;
    }

    /**
     * A copy of everything.
     *
     * @param position where the training goes on in the data
     */
    Checkpoint snapshot(LoopProgress progress, String position) {
        Map<String, String> states = new HashMap<>(Snapshots.states(hooks));
        states.put(SCHEDULE, schedule.state());
        states.put(LOOP, progress.text());
        return new Checkpoint(
                program.spec().network(),
                Snapshots.parameters(program),
                program.spec().optimizer().toString(),
                Snapshots.slots(program),
                average == null ? Map.of() : average.values(),
                new Checkpoint.Progress(
                        progress.step,
                        progress.samples,
                        program.spec().seed(),
                        position,
                        states,
                        progress.lastScores()),
                task.description());
    }

    /**
     * Goes back to a checkpoint.
     *
     * @throws UsageException if it is of another network or optimizer
     * @throws DataException  if it makes no sense
     */
    void restore(Checkpoint checkpoint, LoopProgress progress) throws IOException {
        Snapshots.restore(checkpoint, program);
        if (average != null) {
            average.start(program);
            // A run that kept none so far starts its average here.
            if (!checkpoint.average().isEmpty()) {
                average.restore(checkpoint.average());
            }
        }
        Map<String, String> states = checkpoint.progress().states();
        try {
            schedule.restore(states.get(SCHEDULE));
            progress.restore(checkpoint.progress(), states.get(LOOP));
            for (Hook hook : hooks) {
                String its = states.get(hook.stateName());
                if (its != null) {
                    hook.restore(its);
                }
            }
        } catch (UsageException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new DataException(
                    DataException.Kind.CORRUPT, Checkpoint.STATE, "makes no sense: " + e.getMessage(), e);
        }
    }
}
