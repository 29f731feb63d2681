package org.batchmill.jobs.task;

import java.util.List;
import org.batchmill.records.OptionException;
import org.batchmill.train.task.ClassificationTask;

/** How {@code --label-smoothing} is read by the tasks that have it. */
final class LabelSmoothing {

    private LabelSmoothing() {}

    /** @throws OptionException if it is no share */
    static ClassificationTask of(List<String> classes, float share) {
        if (!(share >= 0 && share < 1)) {
            throw new OptionException("{label-smoothing} is a share below 1, not {}", share);
        }
        return new ClassificationTask(classes, share);
    }
}
