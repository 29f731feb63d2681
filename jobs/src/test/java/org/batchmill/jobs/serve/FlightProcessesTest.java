package org.batchmill.jobs.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.batchmill.batches.served.ServedBatches;
import org.batchmill.flight.FlightBatches;
import org.batchmill.jobs.serve.Serving.Row;
import org.batchmill.queues.threads.WorkerPool;
import org.batchmill.testing.HeldPorts;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers and consumers by Flight that are killed. */
@Tag("concurrent")
class FlightProcessesTest {

    @TempDir
    Path folder;

    private Serving like;

    @BeforeEach
    void prepare() throws IOException {
        Serving.draw(folder, Serving.IMAGES);
        like = new Serving(folder);
    }

    private List<String> segments() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("batchmill-"))
                    .toList();
        }
    }

    @Test
    void shouldGoOnWhereEachShardWasWhenTheServerIsKilled() throws Exception {
        List<Row> expected = like.expected(8);
        List<Row> got = new ArrayList<>();
        try (HeldPorts ports = new HeldPorts()) {
            int port = ports.take();
            ServingProcess server = ServingProcess.serve(folder, port, 2);
            try (ServedBatches one = FlightBatches.at(server.address())
                            .batches()
                            .shard(0, 2)
                            .connect();
                    ServedBatches two = FlightBatches.at(server.address())
                            .batches()
                            .shard(1, 2)
                            .connect()) {
                got.addAll(Serving.take(one, 3));
                got.addAll(Serving.take(two, 1));
                server.kill();
                assertThat(segments()).as("nobody could delete it").hasSize(2);
                try (ServingProcess again = ServingProcess.serve(folder, port, 1)) {
                    assertThat(segments()).as("the next start did").hasSize(2);
                    // Each waits for the other to come again.
                    try (WorkerPool pool = new WorkerPool("consumer", 1)) {
                        Future<List<Row>> others = pool.submit(() -> Serving.take(two, 7));
                        got.addAll(Serving.take(one, 5));
                        got.addAll(WorkerPool.result(others));
                    }
                    again.stop();
                }
            }
        }
        got.sort(Comparator.comparingLong(Row::batch).thenComparingInt(Row::row));
        assertThat(got).isEqualTo(expected);
        assertThat(segments()).isEmpty();
    }

    @Test
    void shouldGiveAgainWhatAKilledConsumerHeld() throws Exception {
        List<Row> expected = like.expected(6);
        try (ServingProcess server = ServingProcess.serve(folder, 0, 2);
                ServedBatches stays =
                        FlightBatches.at(server.address()).batches().shared().connect()) {
            try (ServingProcess killed = ServingProcess.take(folder, server.address(), 3)) {
                assertThat(killed.address()).as("the batch that it holds").isEqualTo("2");
                killed.kill();
            }
            List<Row> rest = Serving.take(stays, 4);
            rest.sort(Comparator.comparingLong(Row::batch).thenComparingInt(Row::row));
            assertThat(rest).isEqualTo(expected.subList(2 * Serving.BATCH, expected.size()));
            assertThat(stays.next()).as("the end of the epoch").isNull();
            server.stop();
        }
        assertThat(segments()).isEmpty();
    }
}
