package org.batchmill.jobs.task;

/** What a network can be trained for here. */
public enum TaskKind {
    /** Boxes and classes, with YOLO v1. */
    YOLO,
    /** A steering angle, with NVIDIA's network. */
    STEERING,
    /** The digit in a picture. */
    DIGITS,
    /** A straight line through points. */
    LINE,
    /** The last column of a table. */
    TABLE;

    /** All that is decided by the task. */
    public TaskDefinition definition() {
        return switch (this) {
            case YOLO -> new YoloDefinition();
            case STEERING -> new SteeringDefinition();
            case DIGITS -> new DigitsDefinition();
            case LINE -> new LineDefinition();
            case TABLE -> new TableDefinition();
        };
    }
}
