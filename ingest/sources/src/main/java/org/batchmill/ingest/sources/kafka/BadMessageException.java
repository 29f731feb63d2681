package org.batchmill.ingest.sources.kafka;

import org.batchmill.records.DataException;
import org.batchmill.records.SampleId;

/** A message that makes no samples. */
public final class BadMessageException extends DataException {

    private static final long serialVersionUID = 1L;

    private final String id;

    BadMessageException(SampleId id, DataException cause) {
        super(cause.kind(), cause.where(), cause.reason(), cause);
        this.id = id.value();
    }

    /** The name that the message's first sample would have had. */
    public SampleId id() {
        return new SampleId(id);
    }
}
