package org.batchmill.batches.served;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.batchmill.records.UsageException;

/**
 * A way to a server of batches: what is said as docs/serve.md has it, and where the rows lie that it gives. {@link ServedBatches} talks on
 * one of this machine by itself; other modules bring those to other machines. Used by one thread, but for {@link Rows#close()}.
 */
public interface ServerLink {

    /** How one is had. */
    @FunctionalInterface
    interface Opener {
        /**
         * Opens a link to a server that says that it is one.
         *
         * @throws LostServerException if nobody answers: there may be somebody later
         * @throws UsageException if another kind or version of server answers, or one that does not let us in
         */
        ServerLink open() throws IOException, InterruptedException;
    }

    /** The rows of one batch. Safe for use by many threads. */
    interface Rows extends AutoCloseable {
        /**
         * Rows of an array, in native byte order; read-only, a new view.
         *
         * @param from the first, from 0: of the rows that were given
         */
        ByteBuffer of(RingArray array, int from, int rows);

        /** They are not read any more. Does nothing the second time. */
        @Override
        void close();
    }

    /** What a hello has to say as its token; null if it does not. */
    String token();

    /** @throws LostServerException if the server is gone */
    void say(JsonNode line) throws IOException;

    /**
     * The next that the server says, an object.
     *
     * @throws LostServerException if the server is gone, or silent
     * @throws UsageException if it is no server of ours
     */
    JsonNode next() throws IOException, InterruptedException;

    /** The rows that the server's last reply gave; they stay readable when the server or this link is gone. */
    Rows rows(JsonNode reply) throws IOException;

    /** Hangs up. Does nothing the second time. */
    void close() throws IOException;
}
