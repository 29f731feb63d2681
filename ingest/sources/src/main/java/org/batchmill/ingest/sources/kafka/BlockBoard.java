package org.batchmill.ingest.sources.kafka;

import java.io.IOException;

/**
 * Where the one reader of a topic tells others, in processes of their own, what it took, so that they take the same. Each name is posted
 * once, or again with the same text. Thread-safe.
 */
public interface BlockBoard {

    /** Makes a text known to all. */
    void post(String name, String text) throws IOException;

    /** Waits for a text. */
    String await(String name) throws IOException, InterruptedException;

    /** Forgets what nobody will ask for. */
    void forget(String name) throws IOException;
}
