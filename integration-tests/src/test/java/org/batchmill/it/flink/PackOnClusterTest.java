package org.batchmill.it.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.batchmill.ingest.testing.DrawnDataSet;
import org.batchmill.it.Command;
import org.batchmill.it.kafka.TrainerProcess;
import org.batchmill.testing.Await;
import org.batchmill.testing.HeldPorts;
import org.batchmill.testing.SharedData;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command packs on a Flink cluster of a job manager and two task managers, to which it brings its own jars. */
@Timeout(1800)
@Tag("concurrent")
class PackOnClusterTest {

    /** What judges and engines bring to the class path of these tests, 600 MB that the command does not have when it packs. */
    private static final Pattern NOT_THE_COMMANDS =
            Pattern.compile(".*/(tensorflow|onnxruntime|nd4j|pytorch|dnnl|scala|archunit|kafka_|selenium)[^/]*\\.jar");

    private static final int STOPPED = 4;

    @TempDir
    private Path folder;

    private FlinkProcesses cluster;

    @BeforeEach
    void startCluster() throws Exception {
        cluster = FlinkProcesses.start(Files.createDirectory(folder.resolve("cluster")), 2);
    }

    @AfterEach
    void stopCluster() {
        cluster.close();
    }

    /** The command in a process of its own, as on a terminal. */
    private TrainerProcess pack(String log, Object... words) throws IOException {
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(Pattern.quote(File.pathSeparator)))
                .filter(entry -> !NOT_THE_COMMANDS.matcher(entry).matches())
                .collect(Collectors.joining(File.pathSeparator));
        List<Object> all = new ArrayList<>(List.of("pack"));
        all.addAll(List.of(words));
        all.addAll(List.of("--runner", "flink", "--flink-master", cluster.master(), "--workers", 2));
        return TrainerProcess.start(
                folder.resolve(log + ".log"), List.of("-cp", classPath, "-Dbatchmill.terminal=true"), all.toArray());
    }

    private void end(TrainerProcess command) throws Exception {
        int code = command.await();
        assertThat(code).as(command.log() + cluster.logs()).isZero();
    }

    /** The bytes of all shards, by name. */
    private static Map<String, Integer> shards(Path out) throws IOException {
        Map<String, Integer> all = new TreeMap<>();
        try (Stream<Path> files = Files.list(out)) {
            for (Path file :
                    files.filter(file -> file.toString().endsWith(".tfrecord")).toList()) {
                all.put(file.getFileName().toString(), Arrays.hashCode(Files.readAllBytes(file)));
            }
        }
        return all;
    }

    @Test
    void shouldPackTheSameBytesAsTheDirectRunner() throws Exception {
        Path voc = DrawnDataSet.voc(folder.resolve("voc"), 300);
        Command.done("pack", "images", voc, "--split", "lists", "--shards", 3, "--out", folder.resolve("direct/d"));
        Path relative = Path.of("").toAbsolutePath().relativize(folder);
        try (TrainerProcess command = pack(
                "good",
                "images",
                relative.resolve("voc"),
                "--split",
                "lists",
                "--shards",
                3,
                "--out",
                relative.resolve("flink/d"))) {
            end(command);
        }
        assertThat(shards(folder.resolve("flink"))).hasSize(6).isEqualTo(shards(folder.resolve("direct")));
    }

    /** Two jobs, one after the other: what the first one leaves in the task managers is in nobody's way. */
    @Tag("long")
    @Test
    void shouldNameTheBadImageThatATaskManagerMet() throws Exception {
        Path voc = DrawnDataSet.voc(folder.resolve("voc"), 300);
        try (TrainerProcess command = pack("good", "images", voc, "--out", folder.resolve("flink/good"))) {
            end(command);
        }
        Files.write(voc.resolve("JPEGImages/p00007.jpg"), new byte[] {1, 2, 3});
        List<String> direct = Command.run("pack", "images", voc, "--out", folder.resolve("direct/bad"))
                .errors();
        try (TrainerProcess command = pack("bad", "images", voc, "--out", folder.resolve("flink/bad"))) {
            assertThat(command.await()).as(command.log()).isEqualTo(1);
            assertThat(errors(command)).isEqualTo(direct).hasSize(1);
        }
        assertThat(cluster.get("/jobs/overview")).doesNotContain("\"RUNNING\"");
    }

    private static List<String> errors(TrainerProcess command) throws IOException {
        return command.log()
                .lines()
                .map(line -> line.substring(line.lastIndexOf('\r') + 1))
                .filter(line -> line.startsWith("batchmill: "))
                .toList();
    }

    @Tag("long")
    @Test
    void shouldSayInALineWhatIsWrongWithTheCluster() throws Exception {
        Path voc = DrawnDataSet.voc(folder.resolve("voc"), 20);
        Command many = Command.run(
                "pack",
                "images",
                voc,
                "--out",
                folder.resolve("o/p"),
                "--runner",
                "flink",
                "--workers",
                5,
                "--flink-master",
                cluster.master());
        assertThat(many.exitCode()).isEqualTo(2);
        assertThat(many.errors())
                .containsExactly(
                        "batchmill: --workers 5 are more than the 4 slots of the Flink cluster at " + cluster.master());
        try (HeldPorts ports = new HeldPorts()) {
            String nobody = "127.0.0.1:" + ports.take();
            Command none = Command.run(
                    "pack",
                    "images",
                    voc,
                    "--out",
                    folder.resolve("o/p"),
                    "--runner",
                    "flink",
                    "--flink-master",
                    nobody);
            assertThat(none.exitCode()).isEqualTo(1);
            assertThat(none.errors())
                    .singleElement()
                    .asString()
                    .startsWith("batchmill: " + nobody + ": no Flink cluster answers: ");
        }
        Command direct =
                Command.run("pack", "images", voc, "--out", folder.resolve("o/p"), "--flink-master", cluster.master());
        assertThat(direct.errors()).containsExactly("batchmill: --flink-master is for --runner flink, not direct");
    }

    @Tag("long")
    @Test
    void shouldPackTheSameImagesWhenATaskManagerIsKilled() throws Exception {
        packWhileOneIsKilled(DrawnDataSet.voc(folder.resolve("voc"), 3000));
    }

    @Tag("long")
    @Test
    void shouldPackTheSameRealImagesWhenATaskManagerIsKilled() throws Exception {
        packWhileOneIsKilled(SharedData.data("bccd"));
    }

    private void packWhileOneIsKilled(Path voc) throws Exception {
        Command.done("pack", "images", voc, "--split", "lists", "--shards", 3, "--out", folder.resolve("direct/d"));
        Path out = folder.resolve("flink/d");
        try (TrainerProcess command = pack("killed", "images", voc, "--split", "lists", "--shards", 3, "--out", out)) {
            killOne(command, folder.resolve("flink/.d-journal"), "checked-", "(?s).*[1-9]\\d* checked.*");
            end(command);
        }
        assertThat(shards(folder.resolve("flink"))).hasSize(6).isEqualTo(shards(folder.resolve("direct")));
    }

    /** Kills the first task manager when it has begun and the progress that is shown says that not all is done. */
    private void killOne(TrainerProcess command, Path journal, String begun, String progress) throws Exception {
        Await.until("the first entry", () -> command.hasCome(() -> hasEntry(journal, begun)));
        cluster.pause(0);
        Await.until(
                "progress is shown", () -> command.hasCome(() -> command.log().matches(progress)));
        assertThat(command.isAlive()).isTrue();
        cluster.kill(0);
        Await.until(
                "the job starts again",
                () -> command.hasCome(() -> command.log().contains("the job is sent to the cluster again")));
    }

    private static boolean hasEntry(Path journal, String begun) throws IOException {
        if (!Files.isDirectory(journal)) {
            return false;
        }
        try (Stream<Path> entries = Files.list(journal)) {
            return entries.anyMatch(entry -> entry.getFileName().toString().startsWith(begun));
        }
    }

    @Tag("long")
    @Test
    void shouldPackTheSameDrivesWhenATaskManagerIsKilled() throws Exception {
        Path road = folder.resolve("road");
        Command.done("sample", "road", road, "--count", 800);
        Object[] words = {"video", road, "--longest", 50, "--split", "train=.8,val=.2", "--out"};
        Command.done(Stream.concat(
                        Stream.of("pack"), Stream.concat(Arrays.stream(words), Stream.of(folder.resolve("direct/d"))))
                .toArray());
        try (TrainerProcess command = pack(
                "killed",
                Stream.concat(Arrays.stream(words), Stream.of(folder.resolve("flink/d")))
                        .toArray())) {
            killOne(command, folder.resolve("flink/.d-journal"), "d-", "(?s).* [1-9]\\d*/\\d+ .*");
            end(command);
        }
        assertThat(shards(folder.resolve("flink"))).isNotEmpty().isEqualTo(shards(folder.resolve("direct")));
    }

    @Tag("long")
    @Test
    void shouldEndTheJobOnTheClusterByOneSignalAndGoOnWhereItWasStopped() throws Exception {
        Path voc = DrawnDataSet.voc(folder.resolve("voc"), 3000);
        Object[] words = {"images", voc, "--out", folder.resolve("flink/d")};
        try (TrainerProcess command = pack("stopped", words)) {
            Await.until(
                    "the first entry",
                    () -> command.hasCome(() -> hasEntry(folder.resolve("flink/.d-journal"), "checked-")));
            cluster.pause(0); // so that it cannot be over before the signal
            command.signal("-INT");
            assertThat(command.await()).as(command.log()).isEqualTo(STOPPED);
            assertThat(command.log()).contains("stopped; the same command goes on from here");
        }
        cluster.kill(0);
        Await.until("no job runs", () -> !cluster.get("/jobs/overview").matches(".*(RUNNING|CANCELLING).*"));
        try (TrainerProcess command = pack("goes on", words)) {
            end(command);
        }
        Command.done("pack", "images", voc, "--out", folder.resolve("direct/d"));
        assertThat(shards(folder.resolve("flink"))).isEqualTo(shards(folder.resolve("direct")));
    }
}
