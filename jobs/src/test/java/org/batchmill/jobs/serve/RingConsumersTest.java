package org.batchmill.jobs.serve;

import java.nio.file.Path;

/** Batches that lie in memory which consumers share with the server. */
class RingConsumersTest extends ConsumersContract {

    @Override
    Serving open(Path of) {
        return new Serving(of);
    }
}
