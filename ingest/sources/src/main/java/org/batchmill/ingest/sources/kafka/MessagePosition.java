package org.batchmill.ingest.sources.kafka;

import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.SampleId;

/** What the id of a sample of a topic says: {@code topic/partition/offset/row}. */
record MessagePosition(String topic, int partition, long offset, int row) {

    /** @throws DataException if it is no such id */
    static MessagePosition of(SampleId id) throws DataException {
        String[] parts = id.value().split("/", -1); // a topic's name has no slash
        try {
            return new MessagePosition(
                    parts[0], Integer.parseInt(parts[1]), Long.parseLong(parts[2]), Integer.parseInt(parts[3]));
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            throw new DataException(Kind.CORRUPT, id.value(), "is no position in a topic", e);
        }
    }
}
