package org.batchmill.ingest.sources.kafka;

import java.util.zip.CRC32C;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Chooses the messages that are kept for evaluation: by the hash of the key, so that all messages of a key are on one side; by place
 * where there is no key. Immutable.
 */
final class HoldOut {

    private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

    private final long seed;
    private final double share;

    HoldOut(long seed, double share) {
        this.seed = seed;
        this.share = share;
    }

    boolean keeps(ConsumerRecord<byte[], byte[]> message) {
        return share > 0 && place(message) < share;
    }

    /** Evenly spread over 0 to 1. */
    private double place(ConsumerRecord<byte[], byte[]> message) {
        long hash;
        if (message.key() == null) {
            hash = MessageReader.id(message, 0).hash();
        } else {
            CRC32C crc = new CRC32C();
            crc.update(message.key());
            hash = crc.getValue();
        }
        // SplitMix64's finalizer: neighbouring hashes come apart.
        long z = (hash ^ seed) * GOLDEN_GAMMA;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return ((z ^ (z >>> 31)) >>> 11) * 0x1p-53;
    }
}
