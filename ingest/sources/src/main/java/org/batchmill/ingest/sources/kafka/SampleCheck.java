package org.batchmill.ingest.sources.kafka;

import org.batchmill.records.DataException;
import org.batchmill.records.Sample;

/** What else a sample must be for its message to count as good: to have a label of the right kind, for instance. */
@FunctionalInterface
public interface SampleCheck {

    /** @throws DataException if it is not */
    void check(Sample sample) throws DataException;
}
