package org.batchmill.ingest.sources.kafka;

import org.apache.kafka.clients.consumer.OffsetAndMetadata;

/**
 * A partition's place as the broker keeps it for the group: the offset below which everything is learnt, and as metadata who learnt it
 * and what beyond it. With it a member takes over in the middle of another's shuffled block and learns nothing twice.
 *
 * @param run   the run that committed; empty if it was another program
 * @param place how far it had taken the partition
 */
record CommitNote(String run, PartitionPlace place) {

    private static final String HEAD = "batchmill/1 ";

    /** What brokers keep of metadata unless they are set up otherwise: {@code offset.metadata.max.bytes}. */
    private static final int LONGEST = 4096;

    private static boolean fits(String run, PartitionPlace place) {
        return HEAD.length() + run.length() + 1 + place.encode().length() <= LONGEST;
    }

    /** As large as fits: without what was taken beyond the offset if that is too long. */
    static OffsetAndMetadata write(String run, PartitionPlace place) {
        PartitionPlace kept = fits(run, place) ? place : PartitionPlace.at(place.offset());
        return new OffsetAndMetadata(kept.offset(), HEAD + run + " " + kept.encode());
    }

    /** The same without what was taken beyond the offset: a member that takes over learns that again. */
    OffsetAndMetadata withoutTaken() {
        return write(run, PartitionPlace.at(place.offset()));
    }

    static CommitNote read(OffsetAndMetadata committed) {
        CommitNote plain = new CommitNote("", PartitionPlace.at(committed.offset()));
        String[] words = committed.metadata().split(" ", 4);
        if (!committed.metadata().startsWith(HEAD)
                || words.length != 3
                || committed.metadata().length() > LONGEST) {
            return plain;
        }
        try {
            PartitionPlace place = PartitionPlace.parse(words[2]);
            return place.offset() == committed.offset() ? new CommitNote(words[1], place) : plain;
        } catch (IllegalArgumentException e) {
            return plain; // somebody else's note: the offset is what counts
        }
    }
}
