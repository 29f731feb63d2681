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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.batchmill.batches.served.ServedBatch;
import org.batchmill.batches.served.ServedBatches;
import org.batchmill.jobs.JobListener;
import org.batchmill.jobs.serve.Serving.Row;
import org.batchmill.queues.pipeline.Shuffle;
import org.batchmill.queues.threads.WorkerPool;
import org.batchmill.records.ErrorMode;
import org.batchmill.records.UsageException;
import org.batchmill.testing.Await;
import org.batchmill.testing.HeldPorts;
import org.batchmill.testing.Seed;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients in Java and a server in one JVM; the batches must be those of a pipeline without a server. */
@Tag("concurrent")
class ServeJobTest {

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

    private static List<Row> from(List<Row> rows, int batch) {
        return rows.stream().filter(row -> row.batch() >= batch).toList();
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
    void shouldNotLetAConsumerHoldMoreThanItSaid() throws Exception {
        serving.start();
        RawClient other = new RawClient(serving.address());
        other.hello("\"keep\":1");
        other.ask("{\"op\":\"next\"}");
        other.ask("{\"op\":\"next\"}");
        assertThat(other.ask("{\"op\":\"next\"}")).contains("holds 2 batches and asks for the next");
        other.close();
    }

    @Test
    void shouldRefuseWhoSaysWhatIsNoneOfItInOneLineOnBothSides() throws Exception {
        serving.start();
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

    @Test
    void shouldTellAWrongPort() throws Exception {
        serving.start();
        try (HeldPorts ports = new HeldPorts()) {
            String closed = "127.0.0.1:" + ports.take();
            assertThatThrownBy(() -> ServedBatches.at(closed).connect())
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith(closed + ": nobody serves batches there");
        }
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
