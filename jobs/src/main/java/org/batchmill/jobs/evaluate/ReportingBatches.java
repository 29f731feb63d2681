package org.batchmill.jobs.evaluate;

import java.io.IOException;
import java.util.Locale;
import org.batchmill.batches.Batch;
import org.batchmill.jobs.JobListener;
import org.batchmill.records.SampleSource;
import org.batchmill.train.loop.BatchStream;

/** A stream of batches that says how far it is. */
final class ReportingBatches implements BatchStream {

    private static final String WORK = "evaluating";

    private final BatchStream batches;
    private final long total;
    private final JobListener listener;
    private final long start = System.nanoTime();
    private long done;

    ReportingBatches(BatchStream batches, SampleSource source, JobListener listener) {
        this.batches = batches;
        this.total = source instanceof SampleSource.Indexed indexed ? indexed.size() : 0;
        this.listener = listener;
    }

    @Override
    public Batch next() throws IOException, InterruptedException {
        double seconds = (System.nanoTime() - start) * 1e-9;
        if (done > 0) {
            listener.progress(WORK, done, total, String.format(Locale.ROOT, "%.0f images/s", done / seconds));
        }
        Batch batch = batches.next();
        if (batch == null) {
            listener.finished(WORK);
        } else {
            done += batch.size();
        }
        return batch;
    }

    @Override
    public String state() {
        return batches.state();
    }

    @Override
    public void close() throws IOException {
        batches.close();
    }
}
