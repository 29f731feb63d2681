package org.batchmill.collective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.batchmill.queues.threads.WorkerThread;
import org.batchmill.records.UsageException;
import org.batchmill.testing.HeldPorts;
import org.batchmill.train.collective.CollectiveProvider;
import org.batchmill.train.collective.GangAddress;
import org.batchmill.train.collective.LostRankException;
import org.batchmill.train.collective.ThreadGang;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Ranks that do not find each other say why, each in one line. */
@Timeout(300)
@Tag("concurrent")
class MeetingTest {

    /** What is said by a rank that the machine let run only after rank 0 had told why it ends, and had ended. */
    private static final String CAME_LATER =
            "rank 0 at .* has ended before all ranks were there: it says why|rank [12] does not reach .*";

    /** For ranks that meet and refuse each other at once: one that the machine lets run late is still met. */
    private static final Duration LONG = Duration.ofMinutes(1);

    private final HeldPorts ports = new HeldPorts();

    @AfterEach
    void letGo() {
        ports.close();
    }

    private static void join(int rank, int size, int port, Duration patience) throws InterruptedException {
        CollectiveProvider.installed()
                .join(new GangAddress(rank, size, "127.0.0.1", port, patience))
                .close();
    }

    @Test
    void shouldNameThoseWhoDidNotCome() throws Exception {
        int port = ports.take();
        assertThatThrownBy(() -> join(0, 3, port, Duration.ofSeconds(1)))
                .isInstanceOf(LostRankException.class)
                .hasMessage("of 3 ranks, ranks 1, 2 did not come to 127.0.0.1:" + port + " within 1 s");
    }

    /** It would turn until its patience is at an end. */
    @Test
    void shouldHeedAnInterruptWhileOthersAreWaitedFor() throws Exception {
        int port = ports.take();
        CountDownLatch listens = new CountDownLatch(1);
        GangAddress address = new GangAddress(0, 2, "127.0.0.1", port, Duration.ofMinutes(5));
        WorkerThread waiting = WorkerThread.start(
                "waiting",
                () -> CollectiveProvider.installed()
                        .join(address, its -> listens.countDown())
                        .close(),
                e -> {});
        listens.await();
        waiting.interrupt();
        waiting.join();
        assertThat(waiting.death()).isInstanceOf(InterruptedException.class);
    }

    @Test
    void shouldSayThatNobodyListens() throws Exception {
        int port = ports.take();
        assertThatThrownBy(() -> join(1, 2, port, Duration.ofSeconds(1)))
                .isInstanceOf(LostRankException.class)
                .hasMessage("rank 1 does not reach rank 0 at 127.0.0.1:" + port + " within 1 s");
    }

    @Test
    void shouldSayThatThePortIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> join(0, 2, taken.getLocalPort(), Duration.ofSeconds(1)))
                    .isInstanceOf(LostRankException.class)
                    .hasMessage("rank 0 cannot listen at 127.0.0.1:" + taken.getLocalPort() + ": the port is in use");
        }
    }

    /** It accepts connections, and says nothing. */
    @Test
    void shouldSayThatWhatListensDoesNotAnswer() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> join(1, 2, other.getLocalPort(), Duration.ofSeconds(1)))
                    .isInstanceOf(LostRankException.class)
                    .hasMessageStartingWith("rank 1 does not reach rank 0 at 127.0.0.1:" + other.getLocalPort());
        }
    }

    @Test
    void shouldRefuseARankThatIsThereTwice() throws Exception {
        int port = ports.take();
        List<Callable<String>> results = ThreadGang.run(3, thread -> {
            // Two processes were told that they are rank 1.
            join(Math.min(thread.rank(), 1), 3, port, LONG);
            return "";
        });
        for (Callable<String> result : results) {
            assertThatThrownBy(result::call)
                    .isInstanceOf(LostRankException.class)
                    .hasMessageMatching("rank 1 is at .* already: two processes .*|" + CAME_LATER);
        }
    }

    /** The third of two: it was told of three. */
    @Test
    void shouldEndAllWhereOneWasToldOfAnotherNumberOfRanks() throws Exception {
        int port = ports.take();
        List<Callable<String>> results = ThreadGang.run(2, thread -> {
            join(2 * thread.rank(), 2 + thread.rank(), port, LONG);
            return "";
        });
        for (Callable<String> result : results) {
            assertThatThrownBy(result::call)
                    .isInstanceOf(LostRankException.class)
                    .hasMessageMatching("rank [02] was started as one of [23] ranks, others as one of [23]: give all"
                            + " the same number|" + CAME_LATER);
        }
    }

    @Test
    void shouldSayThatANameLeadsNowhere() {
        assertThatThrownBy(() -> CollectiveProvider.installed()
                        .join(new GangAddress(1, 2, "no-such-host.invalid", 29500, Duration.ofSeconds(1))))
                .isInstanceOf(LostRankException.class)
                .hasMessage("rank 1 does not reach rank 0 at no-such-host.invalid:29500 within 1 s");
    }

    @Test
    void shouldRefuseRanksAndPortsThatMakeNoSense() {
        assertThatThrownBy(() -> new GangAddress(2, 2, "127.0.0.1", 1, Duration.ofSeconds(1)))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("rank 2 of 2");
        assertThatThrownBy(() -> new GangAddress(0, 2, "127.0.0.1", 70_000, Duration.ofSeconds(1)))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("port 70000");
    }
}
