package org.batchmill.jobs.task;

import java.util.List;
import org.batchmill.ingest.sources.kafka.SampleCheck;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;

/** What the tasks' checks of labels share. */
final class LabelCheck {

    private LabelCheck() {}

    static void require(boolean there, Sample sample, String label) throws DataException {
        if (!there) {
            throw bad(sample, "has no " + label);
        }
    }

    /** Whether a sample has one class, and one of these. */
    static SampleCheck classAmong(List<String> classes) {
        return sample -> {
            if (!(sample.labels() instanceof Labels.ClassLabel label)) {
                throw bad(sample, "has no class");
            }
            String name = label.className();
            if (!classes.contains(name)) {
                throw bad(sample, "the class " + name + " is none of " + String.join(", ", classes));
            }
        };
    }

    static DataException bad(Sample sample, String reason) {
        return new DataException(Kind.BAD_ANNOTATION, sample.id().value(), reason);
    }
}
