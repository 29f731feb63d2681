package org.batchmill.it.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
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

/**
 * The command packs on a Flink cluster of a job manager and two task managers, to which it brings its own jars. What lies on this machine; each build packs
 * what lies in a store, in {@link PackStoreOnClusterTest}.
 */
@Timeout(1800)
@Tag("concurrent")
class PackOnClusterTest {

    private static final int STOPPED = 4;

    @TempDir
    private Path folder;

    private FlinkProcesses cluster;
    private PackingOnCluster packing;

    @BeforeEach
    void startCluster() throws Exception {
        cluster = FlinkProcesses.start(Files.createDirectory(folder.resolve("cluster")), 2, Map.of());
        packing = new PackingOnCluster(cluster, folder, Map.of());
    }

    @AfterEach
    void stopCluster() {
        cluster.close();
    }

    @Tag("long")
    @Test
    void shouldPackTheSameBytesAsTheDirectRunner() throws Exception {
        Path voc = DrawnDataSet.voc(folder.resolve("voc"), 300);
        Command.done("pack", "images", voc, "--split", "lists", "--shards", 3, "--out", folder.resolve("direct/d"));
        Path relative = Path.of("").toAbsolutePath().relativize(folder);
        try (TrainerProcess command = packing.start(
                "good",
                "images",
                relative.resolve("voc"),
                "--split",
                "lists",
                "--shards",
                3,
                "--out",
                relative.resolve("flink/d"))) {
            packing.end(command);
        }
        assertThat(PackingOnCluster.shards(folder.resolve("flink")))
                .hasSize(6)
                .isEqualTo(PackingOnCluster.shards(folder.resolve("direct")));
    }

    /** Two jobs, one after the other: what the first one leaves in the task managers is in nobody's way. */
    @Tag("long")
    @Test
    void shouldNameTheBadImageThatATaskManagerMet() throws Exception {
        Path voc = DrawnDataSet.voc(folder.resolve("voc"), 300);
        try (TrainerProcess command = packing.start("good", "images", voc, "--out", folder.resolve("flink/good"))) {
            packing.end(command);
        }
        Files.write(voc.resolve("JPEGImages/p00007.jpg"), new byte[] {1, 2, 3});
        List<String> direct = Command.run("pack", "images", voc, "--out", folder.resolve("direct/bad"))
                .errors();
        try (TrainerProcess command = packing.start("bad", "images", voc, "--out", folder.resolve("flink/bad"))) {
            assertThat(command.await()).as(command.log()).isEqualTo(1);
            assertThat(PackingOnCluster.errors(command)).isEqualTo(direct).hasSize(1);
        }
        assertThat(cluster.get("/jobs/overview")).doesNotContain("\"RUNNING\"");
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
        try (TrainerProcess command =
                packing.start("killed", "images", voc, "--split", "lists", "--shards", 3, "--out", out)) {
            packing.killOne(
                    command,
                    () -> hasEntry(folder.resolve("flink/.d-journal"), "checked-"),
                    "(?s).*[1-9]\\d* checked.*");
            packing.end(command);
        }
        assertThat(PackingOnCluster.shards(folder.resolve("flink")))
                .hasSize(6)
                .isEqualTo(PackingOnCluster.shards(folder.resolve("direct")));
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
        try (TrainerProcess command = packing.start(
                "killed",
                Stream.concat(Arrays.stream(words), Stream.of(folder.resolve("flink/d")))
                        .toArray())) {
            packing.killOne(
                    command, () -> hasEntry(folder.resolve("flink/.d-journal"), "d-"), "(?s).* [1-9]\\d*/\\d+ .*");
            packing.end(command);
        }
        assertThat(PackingOnCluster.shards(folder.resolve("flink")))
                .isNotEmpty()
                .isEqualTo(PackingOnCluster.shards(folder.resolve("direct")));
    }

    @Tag("long")
    @Test
    void shouldEndTheJobOnTheClusterByOneSignalAndGoOnWhereItWasStopped() throws Exception {
        Path voc = DrawnDataSet.voc(folder.resolve("voc"), 3000);
        Object[] words = {"images", voc, "--out", folder.resolve("flink/d")};
        try (TrainerProcess command = packing.start("stopped", words)) {
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
        try (TrainerProcess command = packing.start("goes on", words)) {
            packing.end(command);
        }
        Command.done("pack", "images", voc, "--out", folder.resolve("direct/d"));
        assertThat(PackingOnCluster.shards(folder.resolve("flink")))
                .isEqualTo(PackingOnCluster.shards(folder.resolve("direct")));
    }
}
