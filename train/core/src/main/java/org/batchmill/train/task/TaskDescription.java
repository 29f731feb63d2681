package org.batchmill.train.task;

import java.util.List;
import java.util.Map;

/**
 * What a checkpoint keeps of a task, so that a prediction can be read later.
 *
 * @param kind    {@code detection}, {@code steering}, {@code classification} or {@code table}
 * @param classes the names of the classes in label order; empty where there are none
 * @param facts   of the training data and of the task, by name: {@code training_mean} of a steering task
 */
public record TaskDescription(String kind, List<String> classes, Map<String, String> facts) {
    public TaskDescription {
        classes = List.copyOf(classes);
        facts = Map.copyOf(facts);
    }
}
