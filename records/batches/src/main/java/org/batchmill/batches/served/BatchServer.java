package org.batchmill.batches.served;

import java.util.List;
import java.util.Map;

/** What a server of batches offers to those who carry its batches to other machines. Safe for use by many threads. */
public interface BatchServer {

    /** As they lie in each slot. */
    List<RingArray> arrays();

    /** What a consumer that is taken is told of the batches, as JSON has it. */
    Map<String, Object> facts();

    /** Talks to a consumer, who has been let in, until either has gone. */
    void serve(ConsumerLine line) throws InterruptedException;

    /** Tells the server's user of one who was not let in; not twice in a row. */
    void warn(String line);
}
