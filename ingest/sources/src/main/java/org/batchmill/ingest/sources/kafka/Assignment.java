package org.batchmill.ingest.sources.kafka;

import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;

/**
 * The partitions that a member was given.
 *
 * @param generation counts the assignments of this member from 1
 */
record Assignment(long generation, Map<Integer, Found> partitions) {

    /**
     * How a partition was found.
     *
     * @param begin     the first offset that is still there
     * @param end       the offset of the next message
     * @param committed what the group committed; null if nothing
     */
    record Found(long begin, long end, OffsetAndMetadata committed) {}

    Assignment {
        partitions = Map.copyOf(partitions);
    }
}
