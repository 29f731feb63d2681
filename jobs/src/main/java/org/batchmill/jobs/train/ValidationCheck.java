package org.batchmill.jobs.train;

import java.io.IOException;
import org.batchmill.ingest.sources.kafka.SampleCheck;
import org.batchmill.records.DataException;
import org.batchmill.records.ErrorMode;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleSource;

/** Whether a network can be evaluated on its validation samples: found out before the first step, and not at the first evaluation. */
final class ValidationCheck {

    /** So many, evenly spread, are looked at: labels that another task wants are in all of them, and reading takes its time. */
    private static final int MOST = 200;

    private ValidationCheck() {}

    /**
     * Looks at labels.
     *
     * @param validation null for none
     * @param labels     what the task learns from
     * @throws DataException if a sample or its label is bad where that is an error, or the labels of all that can be read are
     */
    static void require(SampleSource validation, SampleCheck labels, ErrorMode mode) throws IOException {
        if (!(validation instanceof SampleSource.Indexed samples)) {
            return;
        }
        long step = Math.max(1, samples.size() / MOST);
        DataException first = null;
        boolean someAreGood = samples.size() == 0;
        for (long i = 0; i < samples.size(); i += step) {
            Sample sample = null;
            try {
                sample = samples.read(i);
                labels.check(sample);
                someAreGood = true;
            } catch (DataException e) {
                if (mode == ErrorMode.FAIL) {
                    throw e;
                }
                // What cannot be read has no label of another kind: whether enough is left is for the evaluation to
                // say.
                if (sample != null && first == null) {
                    first = e;
                }
            }
        }
        if (!someAreGood && first != null) {
            throw first;
        }
    }
}
