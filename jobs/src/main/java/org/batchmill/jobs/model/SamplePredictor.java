package org.batchmill.jobs.model;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.batchmill.records.Sample;

/** What a model says of samples, several at a time. Used by one thread; owns the model until it is closed. */
public interface SamplePredictor extends AutoCloseable {

    /**
     * What is said of one sample.
     *
     * @param keys    of a JSON object, in their order; empty if it cannot be read
     * @param failure why it cannot be read; null if it can
     */
    record Prediction(Map<String, Object> keys, IOException failure) {}

    /**
     * Predicts.
     *
     * @param samples any number
     * @return in their order
     */
    List<Prediction> predict(List<Sample> samples) throws IOException, InterruptedException;

    /** What it must have seen of a stream before it predicts a sample of it; of most models, nothing. Closed with this. */
    default StreamMemory memory() {
        return StreamMemory.NONE;
    }

    @Override
    void close();
}
