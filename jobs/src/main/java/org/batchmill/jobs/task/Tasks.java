package org.batchmill.jobs.task;

import org.batchmill.records.UsageException;
import org.batchmill.train.detection.DetectionTask;
import org.batchmill.train.task.ClassificationTask;
import org.batchmill.train.task.SteeringTask;
import org.batchmill.train.task.TableTask;
import org.batchmill.train.task.Task;
import org.batchmill.train.task.TaskDescription;

/** The task that a checkpoint was trained for. */
public final class Tasks {

    private Tasks() {}

    public static Task of(TaskDescription description) {
        return switch (description.kind()) {
            case DetectionTask.KIND -> DetectionTask.of(description);
            case "classification" -> new ClassificationTask(description.classes());
            case SteeringTask.KIND -> SteeringTask.of(description);
            case "table" ->
                new TableTask(TableTask.Target.valueOf(description.facts().get("target")));
            default ->
                throw new UsageException("the checkpoint is of a task that is not known here: " + description.kind());
        };
    }
}
