package org.batchmill.jobs.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.batchmill.batches.served.ServedBatches;
import org.batchmill.flight.FlightBatches;
import org.batchmill.jobs.JobListener;
import org.batchmill.queues.threads.WorkerPool;
import org.batchmill.records.UsageException;
import org.batchmill.testing.Await;
import org.batchmill.testing.HeldPorts;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is let in by Flight, and what both sides read where somebody is not. */
@Tag("concurrent")
class FlightServiceTest {

    private static final String TOKEN = "open-sesame";

    @TempDir
    Path folder;

    private Serving serving;

    @BeforeEach
    void prepare() throws IOException {
        Serving.draw(folder, Serving.BATCH);
        serving = new Serving(folder);
        serving.options.flight = "127.0.0.1:0";
    }

    @AfterEach
    void end() {
        serving.close();
    }

    private FlightBatches client() {
        return FlightBatches.at(serving.remoteAddress());
    }

    private void serves(FlightBatches client) throws Exception {
        try (ServedBatches batches = client.batches().connect()) {
            assertThat(Serving.take(batches, 1)).isEqualTo(serving.expected(1));
        }
    }

    private void refuses(FlightBatches client, String why) {
        assertThatThrownBy(() -> client.batches().connect().close())
                .isInstanceOf(UsageException.class)
                .hasMessageStartingWith(serving.remoteAddress() + ": ")
                .hasMessageContaining(why)
                .hasMessageNotContaining("\n");
    }

    private void hears(String warning) throws Exception {
        Await.until(
                "the server says so, too",
                () -> serving.heard(
                        line -> line.startsWith("warning: a consumer is not served: ") && line.contains(warning)));
    }

    @Test
    void shouldLetInWhoKnowsTheToken() throws Exception {
        serving.options.tokenFile = Files.writeString(folder.resolve("token"), TOKEN + "\n");
        serving.start();
        serves(client().token(TOKEN));
        refuses(client().token("open-barley"), "the token is wrong");
        hears("the token is wrong");
        refuses(client(), "a token is asked for, and none was given");
        hears("a token is asked for, and none was given");
        serves(client().token(TOKEN));
    }

    @Test
    void shouldDrawATokenForOtherMachines() throws Exception {
        serving.options.flight = "0.0.0.0:0";
        serving.start();
        String said = serving.said(line -> line.contains("the token is "));
        assertThat(said).contains("served by Arrow Flight at 0.0.0.0:").contains("without TLS");
        assertThat(serving.heard(line -> line.startsWith("warning: batches and the token can be read on the way")))
                .isTrue();
        serves(client().token(said.replaceFirst(".*the token is ([0-9a-f]{32})$", "$1")));
        refuses(client(), "a token is asked for, and none was given");
    }

    @Test
    void shouldServeOverTlsWhoTrustsTheCertificate() throws Exception {
        SelfSigned its = SelfSigned.make(folder, "server");
        SelfSigned other = SelfSigned.make(folder, "other");
        serving.options.tlsCertificate = its.certificate();
        serving.options.tlsKey = its.key();
        serving.options.tokenFile = Files.writeString(folder.resolve("token"), TOKEN);
        serving.start();
        serves(client().trusting(its.certificate()).token(TOKEN));
        refuses(client().trusting(other.certificate()).token(TOKEN), "no connection over TLS");
        hears("it has no TLS, or does not trust the certificate");
        refuses(client().tls().token(TOKEN), "no connection over TLS");
        refuses(client().trusting(its.certificate()).token("open-barley"), "the token is wrong");
        assertThatThrownBy(() -> client().token(TOKEN).batches().connect())
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(serving.remoteAddress() + ": ")
                .hasMessageContaining("does it want TLS?");
        serves(client().trusting(its.certificate()).token(TOKEN));
    }

    @Test
    void shouldTellThatAServerHasNoTls() throws Exception {
        serving.start();
        refuses(client().tls(), "no connection over TLS");
        hears("what it says is no Flight: ");
        serves(client());
    }

    @Test
    void shouldTellAWrongPort() throws Exception {
        serving.start();
        try (HeldPorts ports = new HeldPorts()) {
            String closed = "127.0.0.1:" + ports.take();
            assertThatThrownBy(() -> FlightBatches.at(closed).batches().connect())
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith(closed + ": ")
                    .hasMessageContaining("refused");
        }
        assertThatThrownBy(() -> FlightBatches.at(serving.address()).batches().connect())
                .as("the port for consumers of this machine")
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(serving.address() + ": ");
        assertThatThrownBy(() -> FlightBatches.at("data-1")).isInstanceOf(UsageException.class);
        try (ServerSocket other = new ServerSocket(0);
                WorkerPool pool = new WorkerPool("other", 1)) {
            Future<Void> greeted = pool.submit(() -> {
                try (Socket socket = other.accept()) {
                    socket.getOutputStream().write("220 mail\r\n".getBytes(StandardCharsets.UTF_8));
                    return null;
                }
            });
            String address = "127.0.0.1:" + other.getLocalPort();
            assertThatThrownBy(() -> FlightBatches.at(address).batches().connect())
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith(address + ": ");
            WorkerPool.result(greeted);
        }
        serves(client());
    }

    @Test
    void shouldRefuseOptionsThatMakeNoSense() throws Exception {
        Path text = Files.writeString(folder.resolve("text"), "no certificate");
        refuses(options -> options.flight = "nowhere", "flight is HOST:PORT");
        refuses(options -> options.tlsKey = text, "tlsCertificate and tlsKey go together");
        refuses(options -> options.tokenFile = text, "tokenFile " + text + " holds one word");
        refuses(options -> options.tokenFile = folder.resolve("none"), "none: missing: there is no such file");
        refuses(
                options -> {
                    options.flight = null;
                    options.tokenFile = text;
                },
                "are for flight, which is not asked for");
        refuses(
                options -> {
                    options.tlsCertificate = text;
                    options.tlsKey = text;
                },
                "are no PEM files of a certificate and its key");
        try (ServerSocket taken = new ServerSocket(0)) {
            refuses(options -> options.flight = "127.0.0.1:" + taken.getLocalPort(), "cannot be had: ");
        }
    }

    private void refuses(Consumer<ServeOptions> change, String why) {
        Serving other = new Serving(folder);
        other.options.flight = "127.0.0.1:0";
        change.accept(other.options);
        assertThatThrownBy(() -> new ServeJob(other.data, other.input, other.options, JobListener.SILENT).run())
                .isInstanceOf(UsageException.class)
                .hasMessageContaining(why)
                .hasMessageNotContaining("\n");
    }
}
