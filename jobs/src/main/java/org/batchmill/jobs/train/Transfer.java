package org.batchmill.jobs.train;

import java.util.Map;
import org.batchmill.records.UsageException;
import org.batchmill.train.checkpoint.Checkpoint;
import org.batchmill.train.engine.Program;
import org.batchmill.train.network.Parameter;

/** Transfer learning: parameters of another run, by name. */
final class Transfer {

    private Transfer() {}

    /**
     * Takes over every parameter that has the same name and size; a head for other classes keeps its own start.
     *
     * @return how many were taken
     * @throws UsageException if none fits: that is another model altogether
     */
    static int byName(Checkpoint from, Program into) {
        Map<String, float[]> values = from.parametersToPredict();
        int taken = 0;
        for (Parameter parameter : into.spec().network().parameters()) {
            float[] its = values.get(parameter.name());
            if (its != null && its.length == parameter.size()) {
                into.setParameter(parameter.name(), its);
                taken++;
            }
        }
        if (taken == 0) {
            throw new UsageException("no parameter of " + from.network().name() + " fits "
                    + into.spec().network().name() + " by name and size");
        }
        return taken;
    }
}
