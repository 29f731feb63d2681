package org.batchmill.ingest.sources.kafka;

import org.batchmill.records.Sample;

/**
 * One sample of a message, or what is wrong with the message.
 *
 * @param last    whether it is the message's last
 * @param sample  null if the message is bad
 * @param failure null if it is good
 */
record Row(Block.Entry entry, boolean last, Sample sample, BadMessageException failure) {

    /** How much of the message it keeps in memory. */
    long bytes() {
        return sample == null ? 0 : sample.content().byteCount();
    }
}
