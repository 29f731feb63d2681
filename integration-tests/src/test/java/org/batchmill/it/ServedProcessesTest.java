package org.batchmill.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.batchmill.batches.served.RingArray;
import org.batchmill.batches.served.ServedBatch;
import org.batchmill.batches.served.ServedBatches;
import org.batchmill.it.kafka.TrainerProcess;
import org.batchmill.testing.Await;
import org.batchmill.testing.HeldPorts;
import org.batchmill.testing.PythonProgram;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code serve} as a process, its consumers in Java and in Python as others, killed one and the other; NumPy and PyTorch judge. */
@EnabledOnOs(OS.LINUX)
@Tag("concurrent")
class ServedProcessesTest {

    private static final int BATCH = 8;
    private static final int EPOCH = 20;
    private static final int STOPPED = 4;
    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final Path SCRIPTS = ROOT.resolve("integration-tests/src/test/resources/served");
    private static final Path CLIENT = ROOT.resolve("clients/python");
    private static final Pattern SERVED = Pattern.compile("are served at (\\S+), in (\\S+\\.ring)");

    @TempDir
    static Path shared;

    @TempDir
    Path folder;

    private static Path shapes;

    private final List<AutoCloseable> started = new ArrayList<>();

    @BeforeAll
    static void draw() {
        shapes = shared.resolve("shapes");
        Command.done("sample", "shapes", shapes, "--count", EPOCH * BATCH);
    }

    @AfterEach
    void end() throws Exception {
        for (AutoCloseable each : started) {
            each.close();
        }
    }

    /** A server that can be asked, in a folder of rings of its own. */
    private final class Server {
        final TrainerProcess process;
        final String address;
        final Path ring;

        Server(int port, Object... more) throws Exception {
            this(shapes.toString(), "yolo", port, more);
        }

        Server(String data, String policy, int port, Object... more) throws Exception {
            Path log = Files.createTempFile(folder, "server", ".log");
            List<Object> words = new ArrayList<>(
                    List.of("serve", "--data", data, "--policy", policy, "--batch", BATCH, "--size", "32x40"));
            words.addAll(List.of("--bind", "127.0.0.1:" + port, "--ring-folder", rings()));
            words.addAll(List.of(more));
            process = TrainerProcess.start(log, words.toArray());
            started.add(process);
            Await.until("it serves", () -> {
                assertThat(process.isAlive() || SERVED.matcher(process.log()).find())
                        .as(process.log())
                        .isTrue();
                return SERVED.matcher(process.log()).find();
            });
            Matcher said = SERVED.matcher(process.log());
            assertThat(said.find()).isTrue();
            address = said.group(1);
            ring = Path.of(said.group(2));
        }

        void kill() throws Exception {
            process.signal("-KILL");
            process.await();
        }

        void stop() throws Exception {
            process.signal("-TERM");
            assertThat(process.await()).as(process.log()).isEqualTo(STOPPED);
            assertThat(segments()).isEmpty();
        }
    }

    private Path rings() throws IOException {
        return Files.createDirectories(folder.resolve("rings"));
    }

    private List<Path> segments() throws IOException {
        try (Stream<Path> files = Files.list(rings())) {
            return files.toList();
        }
    }

    /** As take.py prints it. */
    private static List<String> lines(ServedBatches from, int batches) throws Exception {
        List<String> lines = new ArrayList<>();
        for (int taken = 0; taken < batches; ) {
            ServedBatch next = from.next();
            if (next != null) {
                try (ServedBatch batch = next) {
                    lines.addAll(lines(from, batch));
                    taken++;
                }
            }
        }
        return lines;
    }

    private static List<String> lines(ServedBatches from, ServedBatch batch) {
        List<String> lines = new ArrayList<>();
        for (int row = 0; row < batch.size(); row++) {
            CRC32 targets = new CRC32();
            for (RingArray array : new TreeMap<>(from.arrays()).values()) {
                if (array.name().startsWith("targets.")) {
                    targets.update(littleEndian(crc(batch, array, row)));
                }
            }
            lines.add(String.format(
                    Locale.ROOT,
                    "%d %d %s %d %d",
                    batch.number(),
                    batch.firstRow() + row,
                    batch.id(row).value(),
                    crc(batch, from.arrays().get("images"), row),
                    targets.getValue()));
        }
        return lines;
    }

    private static byte[] littleEndian(long crc) {
        return new byte[] {(byte) crc, (byte) (crc >> 8), (byte) (crc >> 16), (byte) (crc >> 24)};
    }

    private static long crc(ServedBatch batch, RingArray array, int row) {
        CRC32 crc = new CRC32();
        int bytes = (int) array.rowBytes();
        ByteBuffer all = batch.array(array.name());
        crc.update(all.slice(row * bytes, bytes));
        return crc.getValue();
    }

    private static List<String> sorted(List<String> lines) {
        return lines.stream()
                .sorted(Comparator.comparing((String line) -> Long.valueOf(line.split(" ", -1)[0]))
                        .thenComparing(line -> Long.valueOf(line.split(" ", -1)[1])))
                .toList();
    }

    private static List<String> from(List<String> lines, int batch) {
        return lines.subList(batch * BATCH, lines.size());
    }

    private static List<String> expected(Server server, int batches) throws Exception {
        try (ServedBatches client = ServedBatches.at(server.address).connect()) {
            return lines(client, batches);
        }
    }

    private Process python(PythonProgram python, Path log, Object... arguments) throws IOException {
        Process process = python.start(log, SCRIPTS.resolve("take.py"), arguments);
        started.add(process::destroyForcibly);
        return process;
    }

    private static List<String> output(Process process, Path log) throws Exception {
        assertThat(process.waitFor()).as(Files.readString(log)).isZero();
        return Files.readAllLines(log);
    }

    @Test
    void shouldGivePythonWhatJavaGetsAndGoOnWithOtherWorkersAndShards() throws Exception {
        PythonProgram python = PythonProgram.require(CLIENT, "numpy");
        int batches = EPOCH + 6;
        int first = 10;
        int rest = batches - first;
        Server server = new Server(0, "--workers", 2);
        List<String> expected = expected(server, batches);
        Path state = folder.resolve("state.json");
        Path log = folder.resolve("python.log");
        assertThat(output(python(python, log, server.address, "--batches", first, "--save", state), log))
                .isEqualTo(expected.subList(0, first * BATCH));
        server.stop();

        Server other = new Server(0, "--workers", 1);
        assertThat(output(python(python, log, other.address, "--batches", rest, "--load", state, "--copy"), log))
                .isEqualTo(from(expected, first));
        List<String> both = new ArrayList<>();
        Path second = folder.resolve("second.log");
        Process one = python(python, log, other.address, "--batches", rest, "--load", state, "--shard", "0/2");
        Process two = python(python, second, other.address, "--batches", rest, "--load", state, "--shard", "1/2");
        both.addAll(output(one, log));
        both.addAll(output(two, second));
        assertThat(sorted(both)).isEqualTo(from(expected, first));

        Process hoarder = python(python, log, other.address, "--hoard");
        assertThat(hoarder.waitFor()).isOne();
        assertThat(Files.readString(log)).startsWith("2 batches are still referred to, and the next is asked for");
        other.stop();
    }

    @Test
    void shouldGoOnWhereEachConsumerWasWhenTheServerIsKilled() throws Exception {
        PythonProgram python = PythonProgram.require(CLIENT, "numpy");
        try (HeldPorts ports = new HeldPorts()) {
            int port = ports.take();
            Server server = new Server(port);
            int batches = EPOCH + 10;
            List<String> expected = expected(server, batches);
            Path log = folder.resolve("python.log");
            List<String> all = new ArrayList<>();
            try (ServedBatches java =
                    ServedBatches.at(server.address).shard(0, 2).connect()) {
                Process other = python(python, log, server.address, "--batches", batches, "--shard", "1/2");
                all.addAll(lines(java, 10));
                server.kill();
                assertThat(segments()).as("nobody could delete it").hasSize(2);
                Server again = new Server(port, "--workers", 1);
                assertThat(segments()).as("the next start did").hasSize(2).contains(again.ring);
                all.addAll(lines(java, batches - 10));
                all.addAll(output(other, log));
                assertThat(sorted(all)).isEqualTo(expected);
                again.stop();
            }
        }
    }

    @Test
    void shouldGiveAgainWhatAKilledConsumerHad() throws Exception {
        PythonProgram python = PythonProgram.require(CLIENT, "numpy");
        Server server = new Server(0);
        int batches = 20;
        List<String> expected = expected(server, batches);
        Path log = folder.resolve("python.log");
        List<String> all = new ArrayList<>();
        try (ServedBatches java = ServedBatches.at(server.address).shared().connect()) {
            Process killed = python(python, log, server.address, "--shared", "--batches", 3, "--die");
            assertThat(killed.waitFor()).isEqualTo(128 + 9);
            List<String> finished = Files.readAllLines(log);
            all.addAll(finished.subList(0, 2 * BATCH));
            all.addAll(lines(java, batches - 2));
        }
        assertThat(sorted(all)).isEqualTo(expected);

        Process killed = python(python, log, server.address, "--name", "mine", "--batches", 3, "--die");
        killed.waitFor();
        Process next = python(python, log, server.address, "--name", "mine", "--batches", 2);
        assertThat(output(next, log)).isEqualTo(expected.subList(2 * BATCH, 4 * BATCH));
        server.stop();
    }

    @Test
    void shouldSayThatTheMemoryIsTooSmallAndLeaveNothingBehind() throws Exception {
        Path small = Files.createDirectories(folder.resolve("small"));
        int mounted = mount("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", small.toString());
        Assumptions.assumeTrue(mounted == 0, "no file system can be mounted here: it takes the rights of root");
        try {
            Command serve = Command.run(
                    "serve",
                    "--data",
                    "sample:shapes",
                    "--batch",
                    BATCH,
                    "--bind",
                    "127.0.0.1:0",
                    "--ring-folder",
                    small);
            assertThat(serve.exitCode()).isEqualTo(2);
            assertThat(serve.errors())
                    .singleElement()
                    .asString()
                    .contains("the ring takes ", "and " + small + " has 0.1 MB left");
            try (Stream<Path> files = Files.list(small)) {
                assertThat(files).isEmpty();
            }
        } finally {
            mount("umount", small.toString());
        }
    }

    private static int mount(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            return -1;
        }
    }

    /** Classes of drawn digits, by PyTorch's own means. */
    @Tag("long")
    @Test
    void shouldTeachANetworkOfPyTorch() throws Exception {
        PythonProgram python = PythonProgram.require(CLIENT, "numpy", "torch");
        Server server = new Server("sample:digits", "none", 0);
        Path log = folder.resolve("python.log");
        Process training = python.start(log, SCRIPTS.resolve("train.py"), server.address);
        started.add(training::destroyForcibly);
        String[] losses = output(training, log).get(0).split(" ", -1);
        assertThat(Double.parseDouble(losses[1])).isLessThan(0.8 * Double.parseDouble(losses[0]));
        server.stop();
    }

    @Tag("long")
    @Test
    void shouldGiveTensorsWithWhatArraysHave() throws Exception {
        PythonProgram python = PythonProgram.require(CLIENT, "numpy", "torch");
        Server server = new Server(0);
        List<String> expected = expected(server, 5);
        Path log = folder.resolve("python.log");
        assertThat(output(python(python, log, server.address, "--batches", 5, "--torch"), log))
                .isEqualTo(expected);
        server.stop();
    }
}
