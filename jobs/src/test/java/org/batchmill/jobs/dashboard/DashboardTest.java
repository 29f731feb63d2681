package org.batchmill.jobs.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.batchmill.records.OptionException;
import org.batchmill.records.UsageException;
import org.batchmill.testing.Await;
import org.batchmill.train.events.EventWriter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Asks the server as a browser does, and as nobody should. */
@Tag("concurrent")
class DashboardTest {

    private static final String HEADER =
            "step,loss,learning_rate,gradient_norm,images_per_second,waited_share,validation_loss,metric\n";

    private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10, 1, 2, 3};

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    private Path runs;
    private Path run;
    private Dashboard dashboard;

    @BeforeEach
    void open() throws IOException {
        runs = folder.resolve("runs");
        run = Files.createDirectories(runs.resolve("first"));
        Files.writeString(
                run.resolve("metrics.csv"), HEADER + "1,5.5,.1,2,30,.25,,\n2,Infinity,.1,,31,0,,\n2,,,,,,7,.5\n");
        dashboard = Dashboard.open(List.of(runs), at("127.0.0.1"));
    }

    @AfterEach
    void close() {
        dashboard.close();
    }

    private static DashboardOptions at(String host) {
        DashboardOptions options = new DashboardOptions();
        options.host = host;
        options.port = 0;
        return options;
    }

    private static int port(Dashboard its) {
        return URI.create(its.address()).getPort();
    }

    @SuppressWarnings("ArrayRecordComponent") // read, never compared
    private record Answer(int status, String type, byte[] body) {
        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    private Answer get(String path) throws IOException {
        HttpURLConnection connection = (HttpURLConnection)
                URI.create("http://127.0.0.1:" + port(dashboard) + path).toURL().openConnection();
        int status = connection.getResponseCode();
        try (InputStream in = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            return new Answer(status, connection.getContentType(), in.readAllBytes());
        }
    }

    private JsonNode ask(String question) throws IOException {
        Answer answer = get("/api/" + question);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    private JsonNode column(String id, String name) throws IOException {
        return ask("scalars?run=" + id).path("runs").path(id).path("columns").path(name);
    }

    /** The status that a request of these lines gets. */
    private static String raw(int port, String... lines) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream()
                    .write((String.join("\r\n", lines) + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            return in.readLine();
        }
    }

    @Test
    void shouldAnswerWhatMetricsHold() throws Exception {
        JsonNode its = ask("scalars?run=0/first").path("runs").path("0/first");

        assertThat(its.path("lastStep").asLong()).isEqualTo(2);
        assertThat(its.path("damaged").asLong()).isZero();
        assertThat(its.path("columns").path("loss").path("points").toString()).isEqualTo("[1,5.5]");
        assertThat(its.path("columns").path("loss").path("notFinite").asInt()).isEqualTo(1);
        assertThat(its.path("columns").path("images_per_second").path("points").toString())
                .isEqualTo("[1,30.0,2,31.0]");
        assertThat(its.path("columns").path("metric").path("points").toString()).isEqualTo("[2,0.5]");
    }

    @Test
    void shouldReadOneStepAndAnother() throws Exception {
        StringBuilder lines = new StringBuilder(HEADER);
        for (int step = 1; step <= 5000; step++) {
            lines.append(step).append(',').append(1.0 / step).append(",,,,,,\n");
        }
        Files.writeString(run.resolve("metrics.csv"), lines);

        assertThat(column("0/first", "loss").path("means").size()).isLessThanOrEqualTo(3 * 1024);
        JsonNode some = ask("scalars?run=0/first&from=4000&to=4002")
                .path("runs")
                .path("0/first")
                .path("columns")
                .path("loss");
        assertThat(some.path("points").toString())
                .isEqualTo("[4000," + 1.0 / 4000 + ",4001," + 1.0 / 4001 + ",4002," + 1.0 / 4002 + "]");
        assertThat(some.has("means")).isFalse();
    }

    @Test
    void shouldFollowAFileThatGrowsByWholeLines() throws Exception {
        assertThat(column("0/first", "loss").path("points").size()).isEqualTo(2);
        Path file = run.resolve("metrics.csv");

        Files.writeString(file, "3,4.5,,,,,,\n4,3.", StandardOpenOption.APPEND);
        assertThat(column("0/first", "loss").path("points").toString()).isEqualTo("[1,5.5,3,4.5]");
        Files.writeString(file, "25,,,,,,\n", StandardOpenOption.APPEND);
        assertThat(column("0/first", "loss").path("points").toString()).isEqualTo("[1,5.5,3,4.5,4,3.25]");
    }

    @Test
    void shouldReadAnewWhatAResumedRunPutInPlace() throws Exception {
        assertThat(column("0/first", "loss").path("points").size()).isEqualTo(2);
        Path other = folder.resolve("other");
        Files.writeString(other, HEADER + "1,9,,,,,,\n2,8,,,,,,\n3,7,,,,,,\n4,6,,,,,,\n5,5,,,,,,\n6,4,,,,,,\n");
        Files.move(other, run.resolve("metrics.csv"), StandardCopyOption.REPLACE_EXISTING);

        assertThat(column("0/first", "loss").path("points").toString())
                .isEqualTo("[1,9.0,2,8.0,3,7.0,4,6.0,5,5.0,6,4.0]");
    }

    @Test
    void shouldShowWhatDamageLeaves() throws Exception {
        Files.writeString(
                run.resolve("metrics.csv"), HEADER + "1,5,,,,,,\nrubbish\n\u0000\u0001,,\n2,x,,,,,,\n3,4\n9,3,,,,,,\n");

        JsonNode its = ask("scalars?run=0/first").path("runs").path("0/first");
        assertThat(its.path("columns").path("loss").path("points").toString()).isEqualTo("[1,5.0,3,4.0,9,3.0]");
        assertThat(its.path("damaged").asInt()).isEqualTo(4);
    }

    @Test
    void shouldPassOverLinesOfJsonThatAreNone() throws Exception {
        Files.writeString(
                run.resolve("skipped.jsonl"),
                "{\"sample\":\"<b>a</b>\",\"cause\":\"<script>alert(1)</script>\"}\n{\"sam\n[1]\n{\"sample\":\"half");

        JsonNode skipped = ask("skipped?run=0/first");
        assertThat(skipped.path("count").asInt()).isEqualTo(1);
        assertThat(skipped.path("damaged").asInt()).isEqualTo(2);
        assertThat(skipped.path("lines").get(0).path("cause").asText()).isEqualTo("<script>alert(1)</script>");
        assertThat(get("/api/skipped?run=0/first").type()).isEqualTo("application/json");
    }

    @Test
    void shouldServeImagesAndHistogramsOfEventFiles() throws Exception {
        try (EventWriter events = EventWriter.in(run)) {
            events.image("batch", 1, 1, 3, PNG, 1);
            events.image("page", 1, 1, 3, "<html>".getBytes(StandardCharsets.UTF_8), 1);
            events.histogram("variables/weights/a", new float[] {-1, 0, .5f, 1}, 1);
            events.scalar("validation/map50", .25, 1);
        }
        Path file;
        try (var files = Files.list(run)) {
            file = files.filter(its -> its.getFileName().toString().startsWith("events"))
                    .findFirst()
                    .orElseThrow();
        }
        byte[] whole = Files.readAllBytes(file);

        assertThat(ask("tags?run=0/first").path("images").toString()).isEqualTo("{\"batch\":[1],\"page\":[1]}");
        Answer image = get("/api/image?run=0/first&tag=batch&step=1");
        assertThat(image.type()).isEqualTo("image/png");
        assertThat(image.body()).isEqualTo(PNG);
        assertThat(get("/api/image?run=0/first&tag=page&step=1").status()).isEqualTo(404);
        assertThat(get("/api/image?run=0/first&tag=batch&step=2").status()).isEqualTo(404);
        JsonNode histogram = ask("histograms?run=0/first&tag=variables/weights/a")
                .path("histograms")
                .get(0);
        double sum = 0;
        for (JsonNode bar : histogram.path("bars")) {
            sum += bar.asDouble();
        }
        assertThat(sum).isCloseTo(4, within(1e-9));
        assertThat(ask("scores?run=0/first")
                        .path("columns")
                        .path("map50")
                        .path("points")
                        .toString())
                .isEqualTo("[1,0.25]");

        // Half an event is waited for; a damaged one is counted.
        Files.write(file, Arrays.copyOf(whole, whole.length / 2), StandardOpenOption.APPEND);
        assertThat(ask("tags?run=0/first").path("images").path("batch").size()).isPositive();
    }

    @Test
    void shouldFindRunsThatBeginAndSearchesWithTheirTrials() throws Exception {
        Path trial = Files.createDirectories(runs.resolve("grid/trials/lr=.1/fold-0"));
        Files.writeString(
                runs.resolve("grid/results.jsonl"), "{\"values\":{\"lr\":\".1\"},\"fold\":0,\"score\":\"0.5\"}\n");
        Files.writeString(trial.resolve("metrics.csv"), HEADER);

        Await.until("the new runs are found", () -> ask("runs").path("runs").size() == 3);
        JsonNode all = ask("runs").path("runs");
        assertThat(all.findValuesAsText("id")).containsExactly("0/first", "0/grid", "0/grid/trials/lr=.1/fold-0");
        assertThat(all.get(1).path("search").asBoolean()).isTrue();
        assertThat(ask("search?run=0/grid").path("lines").get(0).path("score").asText())
                .isEqualTo("0.5");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/../secret",
                "/%2e%2e/secret",
                "/dashboard.css/..",
                "/org/batchmill/jobs/dashboard/main.js",
                "/api/facts?run=../secret",
                "/api/facts?run=0/../../secret",
                "/api/facts?run=0/linked",
                "/api/image?run=0/first&tag=../../secret&step=1",
                "/api/drive?run=0/first&name=../../secret/angles-secret.csv",
                "/api/drive?run=0/first&name=metrics.csv",
                "/api/timeline?run=../secret",
                "/api/nothing",
                "/api/"
            })
    void shouldNotLeaveTheRunFolders(String path) throws Exception {
        Files.createDirectories(folder.resolve("secret"));
        Files.writeString(folder.resolve("secret/config.yaml"), "password: hidden\n");
        Files.writeString(folder.resolve("secret/metrics.csv"), HEADER);
        Files.createSymbolicLink(runs.resolve("linked"), folder.resolve("secret"));

        Answer answer = get(path);
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.text()).doesNotContain("hidden");
    }

    @Test
    void shouldTakeALinkToElsewhereForNoFile() throws Exception {
        Files.writeString(folder.resolve("secret.yaml"), "password: hidden\n");
        Files.createSymbolicLink(run.resolve("config.yaml"), folder.resolve("secret.yaml"));
        assertThat(ask("facts?run=0/first").toString()).doesNotContain("hidden");

        Files.delete(run.resolve("config.yaml"));
        Files.writeString(run.resolve("config.yaml"), "lr: .1\n");
        assertThat(ask("facts?run=0/first").path("config").path("lr").asText()).isEqualTo("0.1");
    }

    @Test
    void shouldShowWhatIsThereOfHalfWrittenFiles() throws Exception {
        Files.writeString(run.resolve("summary.json"), "{\"facts\": [[");
        Files.writeString(
                run.resolve("trace.json"), "{\"traceEvents\":[{\"ph\":\"X\",\"tid\":1,\"ts\":1,\"dur\":5},{\"ph");
        Files.writeString(run.resolve("rank-0.log"), "half a li");
        Files.writeString(run.resolve("angles-a.csv"), "sample,truth,prediction\na#1,.5,.25\na#2,.");

        assertThat(ask("summary?run=0/first").path("problem").asText()).startsWith("summary.json cannot be read");
        JsonNode timeline = ask("timeline?run=0/first");
        assertThat(timeline.path("rows").get(0).path("spans").toString()).isEqualTo("[1.0,5.0,0,1]");
        assertThat(timeline.path("problem").asText()).isNotEmpty();
        assertThat(ask("gang?run=0/first")
                        .path("ranks")
                        .get(0)
                        .path("lines")
                        .get(0)
                        .asText())
                .isEqualTo("half a li");
        JsonNode drive = ask("drive?run=0/first&name=angles-a.csv");
        assertThat(drive.path("predicted").toString()).isEqualTo("[0.25]");
        assertThat(drive.path("truth").toString()).isEqualTo("[0.5]");
    }

    @Test
    void shouldRefuseTheNamesOfOtherHosts() throws Exception {
        int port = port(dashboard);
        for (String host : List.of("evil.example", "evil.example:" + port, "127.0.0.1.evil.example", "10.0.0.1", "")) {
            assertThat(raw(port, "GET /api/runs HTTP/1.1", "Host: " + host))
                    .as(host)
                    .contains(" 403 ");
        }
        for (String host : List.of("localhost", "LOCALHOST:7000", "127.0.0.1:" + port, "[::1]:1")) {
            assertThat(raw(port, "GET /api/runs HTTP/1.1", "Host: " + host))
                    .as(host)
                    .contains(" 200 ");
        }
        assertThat(raw(port, "GET /api/runs HTTP/1.0")).contains(" 403 ");
    }

    @Test
    void shouldOnlyRead() throws Exception {
        int port = port(dashboard);
        for (String method : List.of("POST", "PUT", "DELETE", "OPTIONS")) {
            assertThat(raw(port, method + " /api/runs HTTP/1.1", "Host: localhost", "Content-Length: 0"))
                    .contains(" 405 ");
        }
        assertThat(raw(port, "HEAD / HTTP/1.1", "Host: localhost")).contains(" 200 ");
    }

    @Test
    void shouldAskForTheTokenBeyondThisMachine() throws Exception {
        try (Dashboard open = Dashboard.open(List.of(runs), at("0.0.0.0"))) {
            String address = open.address();
            String token = address.substring(address.indexOf("token=") + 6);
            int port = port(open);

            assertThat(token).hasSize(32);
            assertThat(raw(port, "GET /api/runs HTTP/1.1", "Host: 127.0.0.1")).contains(" 403 ");
            assertThat(raw(
                            port,
                            "GET /api/runs?token=" + token.toUpperCase(Locale.ROOT) + "0 HTTP/1.1",
                            "Host: 127.0.0.1"))
                    .contains(" 403 ");
            assertThat(raw(port, "GET /api/live?token= HTTP/1.1", "Host: 127.0.0.1"))
                    .contains(" 403 ");
            assertThat(raw(port, "GET /api/runs?token=" + token + " HTTP/1.1", "Host: 192.168.1.7:" + port))
                    .contains(" 200 ");
            assertThat(raw(port, "GET /api/runs?token=" + token + " HTTP/1.1", "Host: evil.example"))
                    .contains(" 403 ");
        }
        assertThat(dashboard.address()).doesNotContain("token");
    }

    @Test
    void shouldLetNothingRunThatIsNotOurs() throws Exception {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(dashboard.address()).toURL().openConnection();
        assertThat(connection.getHeaderField("Content-Security-Policy"))
                .contains("default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'")
                .doesNotContain("unsafe");
        assertThat(connection.getHeaderField("X-Content-Type-Options")).isEqualTo("nosniff");
        String page = get("/").text();
        assertThat(page).doesNotContain("http://", "https://", "<script>", "style=", "onclick");
        assertThat(get("/echarts.min.js").body().length).isGreaterThan(500_000);
    }

    static List<String> scripts() {
        return StaticFiles.SCRIPTS;
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void shouldMakeElementsFromTextsOnly(String script) throws Exception {
        Answer answer = get("/" + script + ".js");
        assertThat(answer.type()).startsWith("text/javascript");
        assertThat(answer.text())
                .doesNotContain(
                        "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function");
    }

    @Test
    void shouldTellOpenPagesWhatChanged() throws Exception {
        HttpURLConnection connection = (HttpURLConnection)
                URI.create(dashboard.address() + "api/live").toURL().openConnection();
        try (BufferedReader events =
                new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(event(events).path("changed").has("0/first")).isTrue();
            Files.writeString(run.resolve("metrics.csv"), "3,1,,,,,,\n", StandardOpenOption.APPEND);
            assertThat(event(events).path("changed").has("0/first")).isTrue();
        }
    }

    private static JsonNode event(BufferedReader events) throws IOException {
        String line = events.readLine();
        while (!line.startsWith("data: ")) {
            line = events.readLine();
        }
        return JSON.readTree(line.substring(6));
    }

    @Test
    void shouldAnswerOfTheOthersWhereOneRunCannotBeRead() throws Exception {
        JsonNode answer = ask("scalars?run=0/first&run=" + URLEncoder.encode("0/gone & away", StandardCharsets.UTF_8));
        assertThat(answer.path("runs").has("0/first")).isTrue();
        assertThat(answer.path("runs").size()).isEqualTo(1);
        assertThat(raw(port(dashboard), "GET /api/facts?run=%zz HTTP/1.1", "Host: localhost"))
                .contains(" 400 ");
        assertThat(get("/api/scalars?run=0/first&from=x").status()).isEqualTo(400);
    }

    @Test
    void shouldSayWhatIsWrongWithItsOptions() throws Exception {
        DashboardOptions taken = at("127.0.0.1");
        taken.port = port(dashboard);
        assertThatThrownBy(() -> Dashboard.open(List.of(runs), taken))
                .isInstanceOf(OptionException.class)
                .hasMessageContaining("cannot be listened at");
        DashboardOptions none = at("127.0.0.1");
        none.port = 70_000;
        assertThatThrownBy(() -> Dashboard.open(List.of(runs), none)).isInstanceOf(OptionException.class);
        assertThatThrownBy(() -> Dashboard.open(List.of(runs), at("no.such.host.invalid")))
                .isInstanceOf(OptionException.class);
        Path file = Files.writeString(folder.resolve("file"), "");
        assertThatThrownBy(() -> Dashboard.open(List.of(file), at("127.0.0.1"))).isInstanceOf(UsageException.class);
    }
}
