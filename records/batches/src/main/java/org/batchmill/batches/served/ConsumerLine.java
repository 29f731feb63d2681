package org.batchmill.batches.served;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** What carries the talk with one consumer, seen from the server: a JSON object a line. Used by one thread. */
public interface ConsumerLine {

    /** Who it is, for people: an address. */
    String from();

    /**
     * The next that the consumer says; null where it has gone.
     *
     * @param millis how long to wait for it; 0 for ever
     * @throws IOException if it does not come in time, or is no line
     */
    String next(int millis) throws IOException, InterruptedException;

    /** Says something that gives no batch. */
    void say(String line) throws IOException, InterruptedException;

    /**
     * Says that rows of a batch are given, and carries them where the consumer cannot read them otherwise.
     *
     * @param slot where the batch lies; it is not read after this returns
     * @param ids  of the rows, as the line has them
     */
    void give(String line, ByteBuffer slot, RowRange rows, List<String> ids) throws IOException, InterruptedException;

    /** Whether the consumer has gone, as far as can be seen at this moment. */
    boolean gone() throws IOException;

    /**
     * Rows of a batch.
     *
     * @param from the first, from 0
     * @param to   the first behind them
     */
    record RowRange(int from, int to) {
        /** How many. */
        public int count() {
            return to - from;
        }
    }
}
