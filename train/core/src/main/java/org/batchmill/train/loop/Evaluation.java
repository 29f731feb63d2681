package org.batchmill.train.loop;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The evaluation of a network on data that it was not trained on.
 *
 * @param step   updates done
 * @param loss   the mean over the samples, without regularisation
 * @param metric the value that best checkpoints go by
 * @param best   whether it is the best of the run so far
 * @param scores every number of the task by name, {@code metric}'s among them
 */
public record Evaluation(long step, double loss, double metric, boolean best, Map<String, Double> scores) {
    public Evaluation {
        scores = Collections.unmodifiableMap(new LinkedHashMap<>(scores));
    }
}
