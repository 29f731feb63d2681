package org.batchmill.ingest.sources.kafka;

import java.io.IOException;
import org.batchmill.records.SampleSource;

/** The samples of a topic, shuffled already, in an order that can be had again from a {@link #position()}. */
public interface TopicStream extends SampleSource.Stream {

    /** What samples must be beside readable; set before the first is read. */
    void expect(SampleCheck samples);

    /** Stands at the beginning of a new run. */
    void beginAnew() throws IOException, InterruptedException;
}
