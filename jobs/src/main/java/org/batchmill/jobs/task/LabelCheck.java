package org.batchmill.jobs.task;

import java.util.List;
import org.batchmill.ingest.sources.kafka.SampleCheck;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;

/** Whether a sample has the label that a task learns from: a message without it is bad, and should not end a training. */
public record LabelCheck(TaskKind task, List<String> classes) implements SampleCheck {

    @Override
    public void check(Sample sample) throws DataException {
        Labels labels = sample.labels();
        switch (task) {
            case YOLO -> require(labels instanceof Labels.Boxes, sample, "boxes");
            case DIGITS -> {
                require(labels instanceof Labels.ClassLabel, sample, "class");
                String name = ((Labels.ClassLabel) labels).className();
                if (!classes.contains(name)) {
                    throw bad(sample, "the class " + name + " is none of " + String.join(", ", classes));
                }
            }
            case STEERING ->
                require(
                        labels instanceof Labels.Steering steering && Float.isFinite(steering.angle()),
                        sample,
                        "steering angle");
            case LINE, TABLE -> require(labels instanceof Labels.Targets, sample, "targets");
        }
    }

    private static void require(boolean there, Sample sample, String label) throws DataException {
        if (!there) {
            throw bad(sample, "has no " + label);
        }
    }

    private static DataException bad(Sample sample, String reason) {
        return new DataException(Kind.BAD_ANNOTATION, sample.id().value(), reason);
    }
}
