package org.batchmill.jobs.serve;

import java.nio.file.Path;

/** Batches that come by Arrow Flight. */
class FlightConsumersTest extends ConsumersContract {

    @Override
    Serving open(Path of) {
        Serving serving = new Serving(of);
        serving.options.flight = "127.0.0.1:0";
        return serving;
    }
}
