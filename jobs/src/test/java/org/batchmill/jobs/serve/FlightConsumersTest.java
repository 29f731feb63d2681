package org.batchmill.jobs.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.batchmill.batches.served.ServedBatches;
import org.junit.jupiter.api.Test;

/** Batches that come by Arrow Flight. */
class FlightConsumersTest extends ConsumersContract {

    @Override
    Serving open(Path of) {
        Serving serving = new Serving(of);
        serving.options.flight = "127.0.0.1:0";
        return serving;
    }

    /** The batch that was asked for comes to the next call; no other is asked for beside it. */
    @Test
    void shouldGoOnBehindACallThatWasInterrupted() throws Exception {
        serving.start();
        List<Serving.Row> got = new ArrayList<>();
        try (ServedBatches client = serving.client().connect()) {
            for (int i = 0; i < 3; i++) {
                Thread.currentThread().interrupt();
                assertThatThrownBy(client::next).isInstanceOf(InterruptedException.class);
                got.addAll(Serving.take(client, 2));
            }
        }
        assertThat(got).isEqualTo(serving.expected(6));
    }
}
