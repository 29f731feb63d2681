package org.batchmill.jobs.model;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.batchmill.records.Sample;

/**
 * What a model that takes several samples of a stream remembers of it. Messages are told of in the order of their partition; where one comes
 * again, the partition begins anew there. Used by one thread.
 */
public interface StreamMemory {

    /** Nothing: each sample stands for itself. */
    StreamMemory NONE = new StreamMemory() {
        @Override
        public boolean isNeeded() {
            return false;
        }

        @Override
        public List<Sample> with(Message message) {
            return message.samples();
        }
    };

    /**
     * A message of a stream.
     *
     * @param key     as it came; null for none
     * @param samples that it holds
     * @param names   what they are called by whoever sent them; empty for no name
     */
    record Message(int partition, long offset, ByteBuffer key, List<Sample> samples, List<String> names) {}

    /** Whether the messages before are wanted where a partition is taken up. */
    boolean isNeeded();

    /**
     * Remembers a message.
     *
     * @return what the model predicts for its samples, in their order
     * @throws IOException if there is a sample that it cannot make anything of; nothing of the message is remembered then
     */
    List<Sample> with(Message message) throws IOException;
}
