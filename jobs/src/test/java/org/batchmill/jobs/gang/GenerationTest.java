package org.batchmill.jobs.gang;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS) // a shell
@Timeout(300)
@Tag("concurrent")
class GenerationTest {

    private static final int KILLED = 128 + 9;

    /** Of other threads of the machine's Java, some may start. */
    private static final int FEW_THREADS = 40;

    @TempDir
    Path folder;

    private List<EndedRank> ended(int size, String script, List<String> printed) throws Exception {
        return Generation.start(
                        List.of("sh", "-c", script),
                        size,
                        folder,
                        Duration.ofMillis(200),
                        folder.resolve("port"),
                        printed::add)
                .await();
    }

    @Test
    void shouldHandOnWhatTheFirstPrints() throws Exception {
        List<String> printed = new ArrayList<>();
        assertThat(ended(3, "echo $RANK of $WORLD_SIZE", printed))
                .containsExactly(new EndedRank(0, 0, false), new EndedRank(1, 0, false), new EndedRank(2, 0, false));
        assertThat(printed).containsExactly("0 of 3");
        assertThat(folder.resolve("rank-2.log")).hasContent("2 of 3");
    }

    /**
     * The launcher waited for those that it had killed by asking without a pause, each time with a thread of its own, and on a busy machine
     * never came to see them end.
     */
    @Test
    void shouldKillWhoDoesNotEndAndWaitForItQuietly() throws Exception {
        long before = ManagementFactory.getThreadMXBean().getTotalStartedThreadCount();
        assertThat(ended(3, "[ $RANK != 0 ] || exit 5; exec sleep 1000", new ArrayList<>()))
                .containsExactly(
                        new EndedRank(0, 5, false), new EndedRank(1, KILLED, true), new EndedRank(2, KILLED, true));
        assertThat(ManagementFactory.getThreadMXBean().getTotalStartedThreadCount() - before)
                .isLessThan(FEW_THREADS);
    }
}
