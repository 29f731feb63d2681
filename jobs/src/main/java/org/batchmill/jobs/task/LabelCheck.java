package org.batchmill.jobs.task;

import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.Sample;

/** What the tasks' checks of labels share. */
final class LabelCheck {

    private LabelCheck() {}

    static void require(boolean there, Sample sample, String label) throws DataException {
        if (!there) {
            throw bad(sample, "has no " + label);
        }
    }

    static DataException bad(Sample sample, String reason) {
        return new DataException(Kind.BAD_ANNOTATION, sample.id().value(), reason);
    }
}
