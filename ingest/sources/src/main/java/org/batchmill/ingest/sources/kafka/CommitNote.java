package org.batchmill.ingest.sources.kafka;

import org.apache.kafka.clients.consumer.OffsetAndMetadata;

/**
 * A partition's position as the broker keeps it for the group: the offset below which everything is learnt, and as metadata who learnt it
 * and what beyond it. With it a member takes over in the middle of another's shuffled block and learns nothing twice.
 *
 * @param run   the run that committed; empty if it was another program
 * @param position how far it had taken the partition
 */
record CommitNote(String run, PartitionPosition position) {

    private static final String HEAD = "batchmill/1 ";

    /** What brokers keep of metadata unless they are set up otherwise: {@code offset.metadata.max.bytes}. */
    private static final int LONGEST = 4096;

    private static boolean fits(String run, PartitionPosition position) {
        return HEAD.length() + run.length() + 1 + position.encode().length() <= LONGEST;
    }

    /** As large as fits: without what was taken beyond the offset if that is too long. */
    static OffsetAndMetadata write(String run, PartitionPosition position) {
        PartitionPosition kept = fits(run, position) ? position : PartitionPosition.at(position.offset());
        return new OffsetAndMetadata(kept.offset(), HEAD + run + " " + kept.encode());
    }

    /** The same without what was taken beyond the offset: a member that takes over learns that again. */
    OffsetAndMetadata withoutTaken() {
        return write(run, PartitionPosition.at(position.offset()));
    }

    static CommitNote read(OffsetAndMetadata committed) {
        CommitNote plain = new CommitNote("", PartitionPosition.at(committed.offset()));
        String[] words = committed.metadata().split(" ", 4);
        if (!committed.metadata().startsWith(HEAD)
                || words.length != 3
                || committed.metadata().length() > LONGEST) {
            return plain;
        }
        try {
            PartitionPosition position = PartitionPosition.parse(words[2]);
            return position.offset() == committed.offset() ? new CommitNote(words[1], position) : plain;
        } catch (IllegalArgumentException e) {
            return plain; // somebody else's note: the offset is what counts
        }
    }
}
