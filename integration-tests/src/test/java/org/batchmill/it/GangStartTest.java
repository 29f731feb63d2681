package org.batchmill.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.batchmill.it.kafka.TrainerProcess;
import org.batchmill.testing.HeldPorts;
import org.batchmill.testing.Seed;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Ranks that somebody starts one by one, as a scheduler does: what they print, and what all of them say where something is wrong. */
@Timeout(600)
@Tag("concurrent")
class GangStartTest {

    private static final int USAGE = 2;
    private static final int LOST = 5;

    @TempDir
    Path folder;

    private final List<TrainerProcess> ranks = new ArrayList<>();
    private final HeldPorts ports = new HeldPorts();

    private interface Words {
        List<Object> of(int rank);
    }

    @AfterEach
    void end() throws Exception {
        for (TrainerProcess rank : ranks) {
            rank.close();
        }
        ports.close();
    }

    private void start(int port, Words words) throws IOException {
        ranks.clear();
        for (int rank = 0; rank < 2; rank++) {
            ranks.add(start(rank, port, words.of(rank)));
        }
    }

    private TrainerProcess start(int rank, int port, List<Object> words) throws IOException {
        Map<String, String> environment = Map.of(
                "RANK",
                Integer.toString(rank),
                "WORLD_SIZE",
                "2",
                "MASTER_ADDR",
                "127.0.0.1",
                "MASTER_PORT",
                Integer.toString(port));
        return TrainerProcess.start(
                Files.createTempFile(folder, "rank-" + rank + "-", ".log"), environment, words.toArray());
    }

    private List<Object> line(int rank, Object... more) {
        List<Object> words = new ArrayList<>(List.of("train", "line", "--data", "sample:line", "--ranks", "env"));
        words.addAll(List.of("--run", folder.resolve("run-" + rank), "--threads", 1, "--steps", 20));
        words.addAll(Arrays.asList(more));
        return words;
    }

    /** Gloo has a line of its own for standard output. */
    @Test
    void shouldPrintJsonAlone() throws Exception {
        start(ports.take(), rank -> line(rank, "--json"));
        for (TrainerProcess rank : ranks) {
            assertThat(rank.await()).as(rank.log()).isZero();
            assertThat(rank.log()).doesNotContain("Gloo");
            assertThat(rank.log().lines().filter(line -> line.startsWith("{"))).hasSize(1);
        }
    }

    @Tag("long")
    @Test
    void shouldEndAllWhereRanksHaveOtherOptions() throws Exception {
        start(ports.take(), rank -> line(rank, "--seed", rank));
        for (TrainerProcess rank : ranks) {
            assertThat(rank.await()).as(rank.log()).isEqualTo(USAGE);
            assertThat(rank.log())
                    .contains("batchmill: rank 1 was started with other options than rank 0: seed 1, not seed 0");
        }
    }

    @Tag("long")
    @Test
    void shouldEndAllWhereRanksHaveOtherData() throws Exception {
        for (int rank = 0; rank < 2; rank++) {
            Files.writeString(folder.resolve(rank + ".csv"), table(rank));
        }
        start(
                ports.take(),
                rank -> List.of(
                        "train",
                        "table",
                        "--data",
                        folder.resolve(rank + ".csv"),
                        "--run",
                        folder.resolve("run-" + rank),
                        "--ranks",
                        "env",
                        "--steps",
                        5));
        for (TrainerProcess rank : ranks) {
            assertThat(rank.await()).as(rank.log()).isEqualTo(1);
            assertThat(rank.log()).contains("some of the samples of rank 1 differ from those of rank 0");
        }
    }

    private static String table(int seed) {
        RandomGenerator random = Seed.random(seed);
        StringBuilder lines = new StringBuilder("a,b,target\n");
        for (int i = 0; i < 60; i++) {
            lines.append(random.nextFloat()).append(',').append(random.nextFloat());
            lines.append(',').append(i % 2).append('\n');
        }
        return lines.toString();
    }

    @Tag("long")
    @Test
    void shouldSayThatThePortIsInUse() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            start(taken.getLocalPort(), rank -> line(rank, "--rank-timeout", 1));
            for (TrainerProcess rank : ranks) {
                assertThat(rank.await()).as(rank.log()).isEqualTo(LOST);
            }
        }
        assertThat(ranks.get(0).log())
                .contains("batchmill: rank 0 cannot listen at 127.0.0.1:")
                .contains("in use");
        assertThat(ranks.get(1).log()).contains("batchmill: rank 1 does not reach rank 0 at 127.0.0.1:");
    }

    @Tag("long")
    @Test
    void shouldTryInDoctorWhetherRanksReachEachOther() throws Exception {
        start(ports.take(), rank -> List.of("doctor", "--ranks", "env"));
        for (TrainerProcess rank : ranks) {
            rank.await();
            assertThat(rank.log()).containsPattern("ok +ranks +2 ranks reach each other: rank 0 on .*, rank 1 on ");
        }
        TrainerProcess alone = start(1, ports.take(), List.of("doctor", "--ranks", "env", "--rank-timeout", 1));
        ranks.add(alone);
        assertThat(alone.await()).isEqualTo(1);
        assertThat(alone.log()).containsPattern("BAD +ranks +rank 1 does not reach rank 0 at 127.0.0.1:");
    }
}
