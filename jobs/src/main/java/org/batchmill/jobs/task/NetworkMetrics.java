package org.batchmill.jobs.task;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.batchmill.records.UsageException;
import org.batchmill.train.task.Task;
import org.batchmill.train.task.TaskMetrics;

/** The metrics of one evaluation, with what their task has to show when they are filled. Used by one thread at a time. */
public class NetworkMetrics {

    private final Task task;
    private final TaskMetrics metrics;

    /** @param metrics of the task, empty */
    NetworkMetrics(Task task, TaskMetrics metrics) {
        this.task = task;
        this.metrics = metrics;
    }

    /** What an evaluation fills. */
    public final TaskMetrics metrics() {
        return metrics;
    }

    /**
     * Adds what belongs together to a JSON object, as docs/cli.md shows it: the scores with a slash in their names, and what there is beside
     * the scores.
     */
    public void addGroups(Map<String, Double> scores, Map<String, Object> json) {}

    /** What there is to tell people beside the scores, a line each. */
    public List<String> lines() {
        return List.of();
    }

    /**
     * Writes what was found beside the numbers: curves and confusions.
     *
     * @throws UsageException if the task has no such report
     */
    public void writeReport(Path folder) throws IOException {
        throw new UsageException("a report with curves and confusions is of a detector or a classifier, not of "
                + task.description().kind());
    }
}
