package org.batchmill.ingest.sources.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.batchmill.queues.threads.WorkerThread;
import org.batchmill.testing.Await;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the thread that polls and a reader do to each other, step by step. */
@Tag("concurrent")
class MembershipTest {

    private static final Assignment.Found FOUND = new Assignment.Found(0, 10, null);

    private final Membership member = new Membership("photos", 64);
    private final AtomicReference<Object> result = new AtomicReference<>();

    private WorkerThread reader(WorkerThread.Work work) {
        return WorkerThread.start("reader", work, result::set);
    }

    /** The offsets stayed, and were looked for among the partitions of the next assignment: reading ended. */
    @Test
    void shouldNotBeginWhereAnAssignmentThatIsGoneSaid() throws Exception {
        member.assigned(Map.of(0, FOUND, 1, FOUND));
        Assignment gone = member.awaitAssignment();
        member.lost();

        WorkerThread reader = reader(() -> result.set(member.start(gone, Map.of(0, 3L, 1, 4L))));

        Await.until("it has looked", () -> !reader.isAlive() || reader.getState() == Thread.State.WAITING);
        member.assigned(Map.of(0, FOUND));
        member.startIfWanted((partition, offset) -> {
            throw new AssertionError(partition + " begins at " + offset);
        });
        Await.until("it has ended", () -> !reader.isAlive());
        assertThat(result).hasValue(false);
        assertThat(member.awaitAssignment().partitions()).containsOnlyKeys(0);
    }

    @Test
    void shouldNotBeginInAnAssignmentThatCameWhileTheBeginningWasWaitedFor() throws Exception {
        member.assigned(Map.of(0, FOUND, 1, FOUND));
        Assignment before = member.awaitAssignment();
        WorkerThread reader = reader(() -> result.set(member.start(before, Map.of(0, 3L, 1, 4L))));
        Await.until("it waits", () -> reader.getState() == Thread.State.WAITING);

        member.assigned(Map.of(0, FOUND));
        member.startIfWanted((partition, offset) -> {
            throw new AssertionError(partition + " begins at " + offset);
        });

        Await.until("it has ended", () -> !reader.isAlive());
        assertThat(result).hasValue(false);
    }

    /** Whoever waited for partitions went on waiting when the member was closed. */
    @Test
    void shouldWakeWhoWaitsForPartitionsWhenItIsClosed() throws Exception {
        WorkerThread reader = reader(member::awaitAssignment);
        Await.until("it waits", () -> reader.getState() == Thread.State.WAITING);

        member.close();

        Await.until("it has ended", () -> !reader.isAlive());
        assertThat(reader.death()).hasMessage("photos: closed while partitions were waited for");
    }

    @Test
    void shouldTellTheFirstOfSeveralFailures() {
        member.fail(new TopicException("the broker is gone"));
        member.fail(new TopicException("and so it could not be left in order"));

        assertThatThrownBy(member::awaitAssignment)
                .isInstanceOf(IOException.class)
                .hasMessage("the broker is gone");
    }
}
