package org.batchmill.jobs.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.batchmill.batches.served.ServedBatch;
import org.batchmill.batches.served.ServedBatches;
import org.batchmill.jobs.serve.Serving.Row;
import org.batchmill.queues.pipeline.Shuffle;
import org.batchmill.queues.threads.WorkerPool;
import org.batchmill.records.DataException;
import org.batchmill.records.UsageException;
import org.batchmill.testing.Await;
import org.batchmill.testing.HeldPorts;
import org.batchmill.testing.Seed;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What consumers in Java are promised, whatever carries their batches: those must be the batches of a pipeline without a server. */
@Tag("concurrent")
abstract class ConsumersContract {

    private static final Duration SHORT = Duration.ofMillis(1);

    /** Of servers that are started again: any other may be taken by a connection meanwhile. */
    private final HeldPorts ports = new HeldPorts();

    @TempDir
    Path folder;

    Serving serving;

    /** A server that is not started, and that {@link Serving#client()} reaches in the way that is tested. */
    abstract Serving open(Path of);

    @BeforeEach
    void prepare() throws IOException {
        Serving.draw(folder, Serving.IMAGES);
        serving = open(folder);
    }

    @AfterEach
    void end() throws Exception {
        serving.close();
        ports.close();
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .noneMatch(name -> name.startsWith("batchmill-"));
        }
    }

    private int batchesInEpoch() throws Exception {
        try (ServedBatches client = serving.client().connect()) {
            return (int) client.batchesInEpoch().orElseThrow();
        }
    }

    @Test
    void shouldServeTheBatchesOfThePipelineOverTheEndsOfEpochs() throws Exception {
        serving.start();
        int epoch = batchesInEpoch();
        List<Row> expected = serving.expected(2 * epoch);
        List<Row> got = new ArrayList<>();
        try (ServedBatches client = serving.client().connect()) {
            for (int i = 0; i < 2; i++) {
                assertThat(client.epoch()).isEqualTo(i);
                for (ServedBatch batch = client.next(); batch != null; batch = client.next()) {
                    assertThat(batch.epoch()).isEqualTo(i);
                    got.addAll(Serving.rows(batch.number(), batch));
                    batch.close();
                }
            }
        }
        assertThat(got).isEqualTo(expected);
    }

    @Test
    void shouldKeepTheRestOfAnEpochIfAskedTo() throws Exception {
        serving.options.last = ServeOptions.Last.KEEP;
        serving.input.batch = 8;
        serving.start();
        int epoch = batchesInEpoch();
        List<Row> expected = serving.expected(epoch + 1);
        try (ServedBatches client = serving.client().connect()) {
            assertThat(Serving.take(client, epoch + 1)).isEqualTo(expected);
        }
    }

    @Test
    void shouldGoOnInEveryStateWithAnotherNumberOfWorkersAndOfShards() throws Exception {
        RandomGenerator random = Seed.random(Seed.of(this));
        serving.start();
        int epoch = batchesInEpoch();
        int all = epoch + 2;
        List<Row> expected = serving.expected(all);
        int first = random.nextInt(1, epoch);
        List<String> states = new ArrayList<>();
        try (ServedBatches client = serving.client().connect()) {
            Serving.take(client, first);
            states.add(client.state());
            Serving.take(client, epoch - first);
            states.add(client.state()); // behind the last batch, before the end of the epoch is told
            assertThat(client.next()).isNull();
            states.add(client.state());
        }
        serving.close();
        Serving other = open(folder);
        other.input.workers = 1;
        other.options.ring = 3;
        try (other) {
            other.start();
            try (ServedBatches client = other.client().state(states.get(0)).connect()) {
                assertThat(Serving.take(client, all - first)).isEqualTo(from(expected, first));
            }
            try (ServedBatches client = other.client().state(states.get(1)).connect()) {
                assertThat(client.next()).as("the epoch ends").isNull();
                assertThat(Serving.take(client, 2)).isEqualTo(from(expected, epoch));
            }
            try (ServedBatches client = other.client().state(states.get(2)).connect()) {
                assertThat(client.epoch()).isOne();
                assertThat(Serving.take(client, 2)).isEqualTo(from(expected, epoch));
            }
            assertThat(inShards(other, 4, states.get(0), all - first)).isEqualTo(from(expected, first));
        }
    }

    private static List<Row> from(List<Row> rows, int batch) {
        return rows.stream().filter(row -> row.batch() >= batch).toList();
    }

    /** What all shards take together, in order. */
    private static List<Row> inShards(Serving serving, int count, String state, int batches) throws Exception {
        List<Row> all = new ArrayList<>();
        try (WorkerPool pool = new WorkerPool("shard", count)) {
            List<Future<List<Row>>> taken = IntStream.range(0, count)
                    .mapToObj(shard -> pool.submit(() -> {
                        ServedBatches.Builder asked = serving.client().shard(shard, count);
                        try (ServedBatches client = (state == null ? asked : asked.state(state)).connect()) {
                            return Serving.take(client, batches);
                        }
                    }))
                    .toList();
            for (Future<List<Row>> each : taken) {
                List<Row> rows = WorkerPool.result(each);
                assertThat(rows).as("even lengths").hasSize(batches * Serving.BATCH / count);
                all.addAll(rows);
            }
        }
        all.sort(Comparator.comparingLong(Row::batch).thenComparingInt(Row::row));
        return all;
    }

    @Test
    void shouldDivideEachBatchEvenlyAmongShards() throws Exception {
        serving.start();
        assertThat(inShards(serving, 2, null, 12)).isEqualTo(serving.expected(12));
    }

    @Test
    void shouldGiveEachBatchOfOneStreamToOneConsumerAndEndTheEpochForAll() throws Exception {
        serving.options.ring = 6;
        serving.start();
        int epoch = batchesInEpoch();
        List<Row> all = new ArrayList<>();
        try (WorkerPool pool = new WorkerPool("consumer", 3)) {
            List<Future<List<Row>>> taken = new ArrayList<>();
            List<ServedBatches> clients = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                clients.add(serving.client().shared().connect());
            }
            for (ServedBatches client : clients) {
                taken.add(pool.submit(() -> {
                    List<Row> rows = new ArrayList<>();
                    for (ServedBatch batch = client.next(); batch != null; batch = client.next()) {
                        rows.addAll(Serving.rows(batch.number(), batch));
                        batch.close();
                    }
                    return rows;
                }));
            }
            for (Future<List<Row>> each : taken) {
                all.addAll(WorkerPool.result(each));
            }
            for (ServedBatches client : clients) {
                assertThat(client.epoch()).isOne();
                client.close();
            }
        }
        all.sort(Comparator.comparingLong(Row::batch).thenComparingInt(Row::row));
        assertThat(all).isEqualTo(serving.expected(epoch));
    }

    @Test
    void shouldSayWhoIsMissing() throws Exception {
        serving.start();
        try (ServedBatches alone = serving.client().shard(0, 2).timeout(SHORT).connect()) {
            assertThatThrownBy(alone::next).hasMessageContaining("it waits for shard 1 of 2 to come");
        }
    }

    @Test
    void shouldWaitForAServerThatIsStartedAgain() throws Exception {
        serving.listenAt(ports);
        serving.start();
        List<Row> expected = serving.expected(6);
        List<Row> got = new ArrayList<>();
        try (ServedBatches client = serving.client().connect()) {
            got.addAll(Serving.take(client, 2));
            ServedBatch open = client.next();
            serving.close();
            try (Serving again = open(folder)) {
                again.takePortsOf(serving);
                again.start();
                // Its memory is still there, whatever became of the server.
                got.addAll(Serving.rows(open.number(), open));
                open.close();
                got.addAll(Serving.take(client, 3));
            }
        }
        assertThat(got).isEqualTo(expected);
    }

    @Test
    void shouldLoseNoBatchOfOneStreamWhenTheServerIsStartedAgain() throws Exception {
        serving.listenAt(ports);
        serving.start();
        int epoch = batchesInEpoch();
        List<Row> expected = serving.expected(epoch);
        List<Row> got = new ArrayList<>();
        try (ServedBatches one = serving.client().shared().connect();
                ServedBatches two = serving.client().shared().connect()) {
            got.addAll(Serving.take(one, 1));
            got.addAll(Serving.take(two, 2));
            serving.close();
            try (Serving again = open(folder)) {
                again.takePortsOf(serving);
                again.start();
                // The first heard last that batch 0 was done, the second that 1 and 2 were: what only the second knows
                // may come again.
                got.addAll(rest(one));
                got.addAll(rest(two));
            }
        }
        assertThat(got).containsAll(expected).hasSizeLessThanOrEqualTo(expected.size() + 2 * Serving.BATCH);
    }

    private static List<Row> rest(ServedBatches from) throws Exception {
        List<Row> rows = new ArrayList<>();
        for (ServedBatch batch = from.next(); batch != null; batch = from.next()) {
            rows.addAll(Serving.rows(batch.number(), batch));
            batch.close();
        }
        return rows;
    }

    @Test
    void shouldEndWithABadSampleWhenAllConsumersHaveHeard() throws Exception {
        // Of folders the even ones come first: the sixth batch.
        Files.writeString(folder.resolve("images/odd").resolve(Serving.name(37)), "no image");
        serving.input.shuffle = Shuffle.none();
        serving.start();
        try (ServedBatches client = serving.client().connect()) {
            Serving.take(client, 5);
            assertThatThrownBy(client::next).isInstanceOf(DataException.class).hasMessageContaining("037.png");
        }
        assertThat(serving.end()).isInstanceOf(DataException.class).hasMessageContaining("037.png");
    }

    @Test
    void shouldNotLetAClientHoldMoreThanItSaid() throws Exception {
        serving.start();
        try (ServedBatches client = serving.client().keep(2).connect()) {
            client.next();
            client.next();
            client.next();
            assertThatThrownBy(client::next)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("3 batches are open, and the next is asked for: close them, or keep(3)");
        }
    }

    @Test
    void shouldHoldTheOthersBackBehindAClientThatNeverReads() throws Exception {
        serving.start();
        try (ServedBatches idle = serving.client().shard(1, 2).name("idle").connect()) {
            String state;
            try (ServedBatches eager = serving.client().shard(0, 2).connect()) {
                Serving.take(eager, serving.options.ring);
                state = eager.state();
            }
            Await.until("the idle one holds it back", () -> isHeldBack(state));
            assertThat(Serving.take(idle, 1)).hasSize(Serving.BATCH / 2);
        }
    }

    /** Not yet while the server has not heard that the place is free again. */
    private boolean isHeldBack(String state) throws InterruptedException {
        try (ServedBatches eager =
                serving.client().shard(0, 2).state(state).timeout(SHORT).connect()) {
            throw new AssertionError("batch " + eager.next().number() + " was given, for which there is no room");
        } catch (IOException e) {
            return e.getMessage().contains("shard 1 of 2, idle, to be done with batch 0");
        }
    }

    @Test
    void shouldRefuseWhatDoesNotFitInOneLineOnBothSides() throws Exception {
        serving.start();
        String state;
        try (ServedBatches client = serving.client().connect()) {
            Serving.take(client, 1);
            state = client.state();
        }
        refuses(serving.client().shard(0, 3), "batches of 8 cannot be divided into 3 shards of one size");
        refuses(serving.client().shard(2, 2), "there is no shard 2 of 2: they count from 0");
        refuses(
                serving.client().keep(4),
                "a consumer that keeps 4 batches needs a ring of 5, the server's has 4 (--ring)");
        refuses(serving.client().state(state.replace("52 samples", "51 samples")), "its data set is 51 samples");
        refuses(
                serving.client().state(state.replace("\"seed\":\"1\"", "\"seed\":\"2\"")),
                "its seed is 2, here it is 1");
        refuses(serving.client().state(state.replace("\"batch\":1", "\"batch\":7")), "it is of batch 7 and of batch 1");
        refuses(serving.client().state("{\"batch\":3}"), "the state is of other batches: its data set is nothing");
        assertThatThrownBy(() -> serving.client().state("[1]")).hasMessage("not a state of served batches");
        // It still serves.
        try (ServedBatches client = serving.client().connect()) {
            assertThat(Serving.take(client, 1)).isEqualTo(serving.expected(1));
        }
    }

    private void refuses(ServedBatches.Builder client, String why) throws Exception {
        assertThatThrownBy(() -> client.connect().close())
                .isInstanceOf(UsageException.class)
                .hasMessageContaining(why)
                .hasMessageStartingWith(serving.clientAddress() + ": ");
        Await.until(
                "the server says so, too",
                () -> serving.heard(
                        line -> line.startsWith("warning: a consumer is not served: ") && line.contains(why)));
    }
}
