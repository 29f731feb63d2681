package org.batchmill.records.files;

import org.batchmill.records.DataException;
import org.batchmill.records.Sample;

/** A further look at each sample while record files are verified, such as decoding its image. Used by one thread. */
@FunctionalInterface
public interface SampleCheck {

    /**
     * @throws DataException if the sample is damaged
     */
    void check(Sample sample) throws DataException;
}
