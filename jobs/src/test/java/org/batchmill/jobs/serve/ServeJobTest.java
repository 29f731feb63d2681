package org.batchmill.jobs.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.batchmill.batches.served.ServedBatch;
import org.batchmill.batches.served.ServedBatches;
import org.batchmill.jobs.JobListener;
import org.batchmill.jobs.serve.Serving.Row;
import org.batchmill.queues.pipeline.Shuffle;
import org.batchmill.queues.threads.WorkerPool;
import org.batchmill.records.DataException;
import org.batchmill.records.ErrorMode;
import org.batchmill.records.UsageException;
import org.batchmill.testing.Await;
import org.batchmill.testing.Seed;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients in Java and a server in one JVM; the batches must be those of a pipeline without a server. */
@Tag("concurrent")
class ServeJobTest {

    private static final Duration SHORT = Duration.ofMillis(1);

    @TempDir
    Path folder;

    private Serving serving;

    @BeforeEach
    void prepare() throws IOException {
        Serving.draw(folder, Serving.IMAGES);
        serving = new Serving(folder);
    }

    @AfterEach
    void end() throws Exception {
        serving.close();
        assertThat(segments()).isEmpty();
    }

    private List<String> segments() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("batchmill-"))
                    .toList();
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
        Serving other = new Serving(folder);
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
    void shouldGiveWhatALostConsumerHadToAnother() throws Exception {
        serving.start();
        List<Row> expected = serving.expected(3);
        try (ServedBatches stays = serving.client().shared().connect()) {
            RawClient lost = new RawClient(serving.address());
            lost.hello("\"shared\":true");
            assertThat(lost.ask("{\"op\":\"next\"}")).contains("\"batch\":0,");
            try (ServedBatch second = stays.next()) {
                assertThat(second.number()).isOne();
            }
            lost.close();
            Await.until("it is missed", () -> serving.heard(line -> line.contains("is gone")));
            List<Row> rest = new ArrayList<>(Serving.take(stays, 2));
            assertThat(rest.stream().map(Row::batch).distinct()).containsExactly(0L, 2L);
            assertThat(expected).containsAll(rest);
        }
    }

    @Test
    void shouldTakeUpByItsNameWhatAConsumerLeft() throws Exception {
        serving.start();
        List<Row> expected = serving.expected(3);
        RawClient lost = new RawClient(serving.address());
        lost.hello("\"name\":\"first\"");
        assertThat(lost.ask("{\"op\":\"next\"}")).contains("\"batch\":0,");
        assertThat(lost.ask("{\"op\":\"next\",\"release\":[0]}")).contains("\"batch\":1,");
        lost.close();
        Await.until("it is missed", () -> serving.heard(line -> line.contains("is gone")));
        try (ServedBatches again = serving.client().name("first").connect()) {
            assertThat(Serving.take(again, 2)).isEqualTo(from(expected, 1));
        }
        // It said goodbye: the next one of this name begins anew.
        try (ServedBatches anew = serving.client().name("first").connect()) {
            assertThat(Serving.take(anew, 3)).isEqualTo(expected);
        }
    }

    @Test
    void shouldHoldTheOthersBackBehindAConsumerThatNeverReads() throws Exception {
        serving.start();
        RawClient idle = new RawClient(serving.address());
        idle.hello("\"shard\":1,\"of\":2,\"name\":\"idle\"");
        try (ServedBatches eager = serving.client().shard(0, 2).timeout(SHORT).connect()) {
            Serving.take(eager, serving.options.ring);
            assertThatThrownBy(() -> Serving.take(eager, 1))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("shard 1 of 2, idle, to be done with batch 0");
        }
        idle.close();
    }

    @Test
    void shouldSayWhoIsMissing() throws Exception {
        serving.start();
        try (ServedBatches alone = serving.client().shard(0, 2).timeout(SHORT).connect()) {
            assertThatThrownBy(alone::next).hasMessageContaining("it waits for shard 1 of 2 to come");
        }
    }

    @Test
    void shouldNotLetAConsumerHoldMoreThanItSaid() throws Exception {
        serving.start();
        try (ServedBatches client = serving.client().keep(2).connect()) {
            client.next();
            client.next();
            client.next();
            assertThatThrownBy(client::next)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("3 batches are open, and the next is asked for: close them, or keep(3)");
        }
        RawClient other = new RawClient(serving.address());
        other.hello("\"keep\":1");
        other.ask("{\"op\":\"next\"}");
        other.ask("{\"op\":\"next\"}");
        assertThat(other.ask("{\"op\":\"next\"}")).contains("holds 2 batches and asks for the next");
        other.close();
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

        RawClient version = new RawClient(serving.address());
        assertThat(version.ask("{\"op\":\"hello\",\"version\":7}"))
                .contains("\"refused\":\"the server speaks version 1, the client 7\"");
        RawClient token = new RawClient(serving.address());
        assertThat(token.ask("{\"op\":\"hello\",\"version\":1,\"token\":\"x\"}"))
                .contains("\"refused\":\"the token is not that of the ring\"");
        RawClient browser = new RawClient(serving.address());
        assertThat(browser.ask("GET / HTTP/1.1")).contains("a line that is no JSON object: GET / HTTP/1.1");
        Await.until(
                "the server says so, too",
                () -> serving.heard(
                        "warning: a consumer is not served: a line that is no JSON object: GET / HTTP/1.1"::equals));
        // It still serves.
        try (ServedBatches client = serving.client().connect()) {
            assertThat(Serving.take(client, 1)).isEqualTo(serving.expected(1));
        }
    }

    private void refuses(ServedBatches.Builder client, String why) throws Exception {
        assertThatThrownBy(() -> client.connect().close())
                .isInstanceOf(UsageException.class)
                .hasMessageContaining(why)
                .hasMessageStartingWith(serving.address() + ": ");
        Await.until(
                "the server says so, too",
                () -> serving.heard(
                        line -> line.startsWith("warning: a consumer is not served: ") && line.contains(why)));
    }

    @Test
    void shouldTellAWrongPort() throws Exception {
        serving.start();
        String closed;
        try (ServerSocket silent = new ServerSocket(0)) {
            closed = "127.0.0.1:" + silent.getLocalPort();
        }
        assertThatThrownBy(() -> ServedBatches.at(closed).connect())
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(closed + ": nobody serves batches there");
        assertThatThrownBy(() -> ServedBatches.at("localhost").connect()).isInstanceOf(UsageException.class);
        try (ServerSocket other = new ServerSocket(0);
                WorkerPool pool = new WorkerPool("other", 1)) {
            Future<Void> greeted = pool.submit(() -> {
                try (Socket socket = other.accept()) {
                    socket.getOutputStream().write("220 mail\r\n".getBytes(StandardCharsets.UTF_8));
                    return null;
                }
            });
            assertThatThrownBy(() -> ServedBatches.at("127.0.0.1:" + other.getLocalPort())
                            .connect())
                    .hasMessageEndingWith("what answers there serves no batches");
            WorkerPool.result(greeted);
        }
    }

    @Test
    void shouldWaitForAServerThatIsStartedAgain() throws Exception {
        serving.start();
        List<Row> expected = serving.expected(6);
        List<Row> got = new ArrayList<>();
        try (ServedBatches client = serving.client().connect()) {
            got.addAll(Serving.take(client, 2));
            ServedBatch open = client.next();
            serving.options.bind = serving.address();
            serving.close();
            Serving again = new Serving(folder);
            again.options.bind = serving.options.bind;
            try (again) {
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
        serving.start();
        int epoch = batchesInEpoch();
        List<Row> expected = serving.expected(epoch);
        List<Row> got = new ArrayList<>();
        try (ServedBatches one = serving.client().shared().connect();
                ServedBatches two = serving.client().shared().connect()) {
            got.addAll(Serving.take(one, 1));
            got.addAll(Serving.take(two, 2));
            serving.options.bind = serving.address();
            serving.close();
            try (Serving again = new Serving(folder)) {
                again.options.bind = serving.options.bind;
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
    void shouldServeOnWhateverIsSaidToIt() throws Exception {
        RandomGenerator random = Seed.random(Seed.of(this));
        serving.start();
        for (int i = 0; i < 50; i++) {
            byte[] noise = new byte[random.nextInt(1, 3000)];
            random.nextBytes(noise);
            try (RawClient client = new RawClient(serving.address())) {
                client.send(noise);
                if (i % 2 == 0) {
                    client.send("\n{\"op\":\n".getBytes(StandardCharsets.UTF_8));
                }
            }
            try (RawClient client = taken("\"name\":[1],\"keep\":\"x\",\"position\":7")) {
                noise[random.nextInt(noise.length)] = '\n';
                client.send(noise);
            }
        }
        try (ServedBatches client = serving.client().connect()) {
            assertThat(Serving.take(client, 2)).isEqualTo(serving.expected(2));
        }
    }

    /** A client that is served, as soon as the one before it is missed. */
    private RawClient taken(String how) throws Exception {
        AtomicReference<RawClient> taken = new AtomicReference<>();
        Await.until("it is served", () -> {
            RawClient client = new RawClient(serving.address());
            if (client.greet(how).contains("\"rows\":")) {
                taken.set(client);
                return true;
            }
            client.close();
            return false;
        });
        return taken.get();
    }

    @Test
    void shouldMakeAFileForItsUserAloneAndRemoveWhatWasLeftOver() throws Exception {
        Files.writeString(folder.resolve("batchmill-00.lock"), "");
        Files.writeString(folder.resolve("batchmill-00.ring"), "left over");
        serving.start();
        assertThat(segments()).hasSize(2).noneMatch(name -> name.contains("-00."));
        Serving second = new Serving(folder);
        try (second) {
            second.start();
            assertThat(segments()).as("that of a server that lives stays").hasSize(4);
        }
        assertThat(segments()).hasSize(2);
        for (String name : segments()) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(name))))
                    .isEqualTo("rw-------");
        }
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
    void shouldLeaveBadSamplesOutAndEndWhenNoBatchCanBeFilled() throws Exception {
        Path odd = folder.resolve("images/odd");
        Files.writeString(odd.resolve(Serving.name(1)), "no image");
        serving.input.onError = ErrorMode.SKIP;
        serving.start();
        try (ServedBatches client = serving.client().connect()) {
            assertThat(client.batchesInEpoch()).isEmpty();
            List<Row> rows = Serving.take(client, 7);
            assertThat(rows).hasSize(7 * Serving.BATCH).noneMatch(row -> row.id()
                    .endsWith(Serving.name(1)));
            assertThat(rows.subList(0, 6 * Serving.BATCH).stream().map(Row::id).distinct())
                    .hasSize(6 * Serving.BATCH);
        }
        serving.close();
        for (int i = 1; i < Serving.IMAGES; i++) {
            Files.writeString(
                    folder.resolve(i % 2 == 0 ? "images/even" : "images/odd").resolve(Serving.name(i)), "no image");
        }
        Serving none = new Serving(folder);
        none.input.onError = ErrorMode.SKIP;
        try (none) {
            assertThatThrownBy(() -> {
                        none.start();
                        throw none.end();
                    })
                    .hasStackTraceContaining(" of 52 samples are bad: what is left fills no batch of 8");
        }
    }

    @Test
    void shouldRefuseOptionsThatMakeNoSense() {
        refuses(options -> options.bind = "0.0.0.0:7070", "bind is an address of this machine alone");
        refuses(options -> options.bind = "nowhere", "bind is HOST:PORT");
        refuses(options -> options.ring = 1, "ring is at least 2");
        refuses(options -> options.maxBoxes = 0, "maxBoxes is at least 1");
        refuses(options -> options.ringFolder = folder.resolve("missing"), "is no folder that can be written to");
        refuses(options -> options.ring = 2_000_000_000, "the ring takes ");
        Serving queue = new Serving(folder);
        queue.input.shuffle = Shuffle.queue(10, 5);
        assertThatThrownBy(() -> new ServeJob(queue.data, queue.input, queue.options, JobListener.SILENT))
                .hasMessageContaining("has an order that nobody could go on in");
        Serving large = new Serving(folder);
        large.input.batch = 100_000;
        assertThatThrownBy(() -> new ServeJob(large.data, large.input, large.options, JobListener.SILENT).run())
                .hasMessageContaining("fills no batch of 100000");
    }

    private void refuses(Consumer<ServeOptions> change, String why) {
        Serving other = new Serving(folder);
        change.accept(other.options);
        assertThatThrownBy(() -> new ServeJob(other.data, other.input, other.options, JobListener.SILENT).run())
                .isInstanceOf(UsageException.class)
                .hasMessageContaining(why);
    }

    /** A client that says what a test wants. */
    private static final class RawClient implements AutoCloseable {

        private final Socket socket;
        private final InputStream in;
        private final String greeting;

        RawClient(String address) throws IOException {
            int colon = address.lastIndexOf(':');
            socket = new Socket(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
            in = socket.getInputStream();
            greeting = line();
        }

        void hello(String how) throws IOException {
            assertThat(greet(how)).contains("\"rows\":");
        }

        /** What the server answers. */
        String greet(String how) throws IOException {
            String path = greeting.replaceFirst("(?s).*\"ring\":\"([^\"]*)\".*", "$1");
            String token = new String(Files.readAllBytes(Path.of(path)), 24, 32, StandardCharsets.US_ASCII);
            return ask("{\"op\":\"hello\",\"version\":1,\"token\":\"" + token + "\"," + how + "}");
        }

        String ask(String line) throws IOException {
            send((line + "\n").getBytes(StandardCharsets.UTF_8));
            return line();
        }

        void send(byte[] bytes) throws IOException {
            socket.getOutputStream().write(bytes);
        }

        private String line() throws IOException {
            StringBuilder line = new StringBuilder();
            for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
                line.append((char) next);
            }
            return line.toString();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
