package org.batchmill.ingest.sources.kafka;

import java.util.zip.CRC32C;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.batchmill.queues.random.SplitMix64;

/**
 * Chooses the messages that are kept for evaluation: by the hash of the key, so that all messages of a key are on one side; by position
 * where there is no key. Immutable.
 */
final class HoldOut {

    private final long seed;
    private final double share;

    HoldOut(long seed, double share) {
        this.seed = seed;
        this.share = share;
    }

    boolean keeps(ConsumerRecord<byte[], byte[]> message) {
        return share > 0 && position(message) < share;
    }

    /** Evenly spread over 0 to 1. */
    private double position(ConsumerRecord<byte[], byte[]> message) {
        long hash;
        if (message.key() == null) {
            hash = MessageReader.id(message, 0).hash();
        } else {
            CRC32C crc = new CRC32C();
            crc.update(message.key());
            hash = crc.getValue();
        }
        return (SplitMix64.mix((hash ^ seed) * SplitMix64.GOLDEN_GAMMA) >>> 11) * 0x1p-53;
    }
}
