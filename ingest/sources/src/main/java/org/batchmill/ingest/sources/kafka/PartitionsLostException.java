package org.batchmill.ingest.sources.kafka;

/**
 * The group gave this member's partitions to others without waiting for it: what was learnt since the last commit may be learnt by
 * them too, so that a trainer goes back to its last checkpoint.
 */
public final class PartitionsLostException extends TopicException {

    private static final long serialVersionUID = 1L;

    PartitionsLostException(String topic) {
        super(
                topic
                        + ": the partitions were lost to other members of the group; was a pause longer than the session's timeout?");
    }
}
