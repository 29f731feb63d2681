package org.batchmill.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What tests of object stores rely on: the server keeps objects as S3 does, and the proxy before it spoils answers as it is asked to. */
@Timeout(900)
@Tag("concurrent")
class FaultyProxyTest {

    private static final byte[] OBJECT = new byte[200_000];

    private static S3Server server;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private FaultyProxy proxy;

    @BeforeAll
    static void startServer(@TempDir Path folder) throws Exception {
        new Random(1).nextBytes(OBJECT);
        server = S3Server.start(folder, "bucket");
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void startProxy() throws Exception {
        proxy = FaultyProxy.before(server.port());
        assertThat(put(OBJECT).statusCode()).isEqualTo(200);
    }

    @AfterEach
    void stopProxy() {
        proxy.close();
    }

    private HttpRequest.Builder request() {
        return HttpRequest.newBuilder(URI.create(proxy.endpoint() + "/bucket/a/b"))
                .timeout(Duration.ofMinutes(5));
    }

    private HttpResponse<String> put(byte[] bytes) throws IOException, InterruptedException {
        return client.send(
                request()
                        .PUT(HttpRequest.BodyPublishers.ofByteArray(bytes))
                        .expectContinue(true)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<byte[]> get() throws IOException, InterruptedException {
        return client.send(request().build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    @Test
    void shouldPassOnWhatIsNotSpoilt() throws Exception {
        assertThat(get().body()).isEqualTo(OBJECT);
        HttpResponse<byte[]> part =
                client.send(request().header("Range", "bytes=10-19").build(), HttpResponse.BodyHandlers.ofByteArray());
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.body()).hasSize(10).startsWith(OBJECT[10]);
        HttpResponse<Void> head = client.send(
                request().method("HEAD", HttpRequest.BodyPublishers.noBody()).build(),
                HttpResponse.BodyHandlers.discarding());
        assertThat(head.headers().firstValue("Content-Length")).contains(Integer.toString(OBJECT.length));
        assertThat(proxy.requests())
                .containsExactly(
                        new FaultyProxy.Request(0, "PUT", "/bucket/a/b", null),
                        new FaultyProxy.Request(1, "GET", "/bucket/a/b", null),
                        new FaultyProxy.Request(2, "GET", "/bucket/a/b", "bytes=10-19"),
                        new FaultyProxy.Request(3, "HEAD", "/bucket/a/b", null));
        HttpResponse<String> listing = client.send(
                HttpRequest.newBuilder(URI.create(proxy.endpoint() + "/bucket?list-type=2"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(listing.body()).contains("<Key>a/b</Key>");
    }

    @Test
    void shouldRefuseInTheServersPlace() throws Exception {
        proxy.answerWith(request -> new Fault.Refused(503, "SlowDown"));
        assertThat(put(new byte[5]).body()).contains("<Code>SlowDown</Code>");
        proxy.answerWith(request -> new Fault.None());
        assertThat(get().body()).isEqualTo(OBJECT);
    }

    /** A connection on which the object is asked for: of an answer that ends early a client tells in the machine's digits. */
    private Socket asked() throws IOException {
        Socket socket = new Socket(proxy.endpoint().getHost(), proxy.endpoint().getPort());
        new HttpHead("GET /bucket/a/b HTTP/1.1", List.of("Host: localhost")).write(socket.getOutputStream());
        return socket;
    }

    @Test
    void shouldTruncateAnAnswer() throws Exception {
        proxy.answerWith(request -> new Fault.Truncated(OBJECT.length - 1));
        try (Socket socket = asked()) {
            InputStream answer = socket.getInputStream();
            assertThat(HttpHead.read(answer).header("Content-Length")).isEqualTo(Integer.toString(OBJECT.length));
            assertThat(answer.readAllBytes()).isEqualTo(Arrays.copyOf(OBJECT, OBJECT.length - 1));
        }
        assertThatThrownBy(this::get).isInstanceOf(IOException.class);
    }

    @Test
    void shouldResetTheConnectionAfterThePutIsDone() throws Exception {
        proxy.answerWith(request -> new Fault.Reset(request.number() == 1 ? -1 : 7));
        assertThatThrownBy(() -> put(new byte[] {1})).isInstanceOf(IOException.class);
        proxy.answerWith(request -> new Fault.None());
        assertThat(get().body()).containsExactly(1);
    }

    @Test
    void shouldStallUntilTheClientGivesUp() throws Exception {
        proxy.answerWith(request -> new Fault.Stalled(100));
        int before = proxy.connections();
        try (Socket impatient = asked()) {
            InputStream answer = impatient.getInputStream();
            assertThat(HttpHead.read(answer).header("Content-Length")).isEqualTo(Integer.toString(OBJECT.length));
            assertThat(answer.readNBytes(100)).startsWith(OBJECT[0]);
            // Impatient only now: until here it takes as long as the machine needs.
            impatient.setSoTimeout(300);
            assertThatThrownBy(answer::read).isInstanceOf(SocketTimeoutException.class);
        }
        Await.until("the proxy sees it", () -> proxy.connections() <= before);
    }

    @Test
    void shouldHoldARequestOfWhichTheServerNeverHearsTheEnd() throws Exception {
        proxy.answerWith(request -> new Fault.Held(100));
        int before = proxy.connections();
        try (Socket impatient =
                new Socket(proxy.endpoint().getHost(), proxy.endpoint().getPort())) {
            OutputStream asked = impatient.getOutputStream();
            new HttpHead("PUT /bucket/a/b HTTP/1.1", List.of("Host: localhost", "Content-Length: 500")).write(asked);
            asked.write(new byte[500]);
            impatient.setSoTimeout(300);
            assertThatThrownBy(impatient.getInputStream()::read).isInstanceOf(SocketTimeoutException.class);
        }
        Await.until("the proxy sees it", () -> proxy.connections() <= before);
        proxy.answerWith(request -> new Fault.None());
        assertThat(get().body()).isEqualTo(OBJECT);
    }

    @Test
    void shouldThrottleAndDelay() throws Exception {
        proxy.delay(Duration.ofMillis(20));
        proxy.answerWith(request -> new Fault.Throttled(1_000_000));
        long start = System.nanoTime();
        assertThat(get().body()).isEqualTo(OBJECT);
        // It cannot be faster on any machine.
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(220));
    }

    @Test
    void shouldKeepObjectsWhileTheServerIsAway() throws Exception {
        server.stop();
        assertThatThrownBy(this::get).isInstanceOf(IOException.class);
        server.startAgain();
        assertThat(get().body()).isEqualTo(OBJECT);
    }
}
