package org.batchmill.jobs.task;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.batchmill.records.UsageException;

/** What a network can be trained for here. */
public enum TaskKind {
    /** Boxes and classes, with YOLO v1. */
    YOLO,
    /** A steering angle, with NVIDIA's network. */
    STEERING,
    /** The digit in an image. */
    DIGITS,
    /** The class of an image. */
    CLASSIFY,
    /** A straight line through points. */
    LINE,
    /** The last column of a table. */
    TABLE;

    /**
     * A task by its name, in letters of either case.
     *
     * @throws UsageException if there is none of this name
     */
    public static TaskKind byName(String name) {
        List<String> names = Arrays.stream(values())
                .map(task -> task.name().toLowerCase(Locale.ROOT))
                .toList();
        int at = names.indexOf(name.toLowerCase(Locale.ROOT));
        if (at < 0) {
            throw UsageException.unknownName("task", name, names);
        }
        return values()[at];
    }

    /** All that is decided by the task. */
    public TaskDefinition definition() {
        return switch (this) {
            case YOLO -> new YoloDefinition();
            case STEERING -> new SteeringDefinition();
            case DIGITS -> new DigitsDefinition();
            case CLASSIFY -> new ClassifyDefinition();
            case LINE -> new LineDefinition();
            case TABLE -> new TableDefinition();
        };
    }
}
