package org.batchmill.flight;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.batchmill.queues.threads.WorkerThread;
import org.batchmill.testing.Await;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("concurrent")
class InboxTest {

    /** A stream of lines that are not looked at; behind them it waits, and takes an interrupt as Flight's own does. */
    private static final class Lines extends FlightStream {

        private final CountDownLatch waits = new CountDownLatch(1);
        private final AtomicInteger left;

        Lines(BufferAllocator memory, int count) {
            super(memory, 1, null, more -> {});
            this.left = new AtomicInteger(count);
        }

        @Override
        public boolean next() {
            if (left.getAndDecrement() > 0) {
                return true;
            }
            waits.countDown();
            try {
                new CountDownLatch(1).await();
                return false;
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public boolean hasRoot() {
            return false;
        }

        @Override
        public ArrowBuf getLatestMetadata() {
            return null;
        }

        @Override
        public void close() {} // Flight's own waits for what is under way, of which there is nothing
    }

    /** The thread that reads waited for room for the end, and whoever closed it for that thread. */
    @Test
    void shouldCloseThoughMoreWasSaidThanAnybodyTook() throws Exception {
        try (BufferAllocator memory = new RootAllocator();
                Lines lines = new Lines(memory, 2)) {
            Inbox inbox = new Inbox("inbox", lines);
            lines.waits.await();

            WorkerThread closer = WorkerThread.start("closer", inbox::close, e -> {});

            Await.until("it is closed", () -> !closer.isAlive());
            assertThat(closer.death()).isNull();
            assertThat(inbox.ended()).isTrue();
        }
    }

    @Test
    void shouldTellTheEndAgainAndAgain() throws Exception {
        try (BufferAllocator memory = new RootAllocator();
                Lines lines = new Lines(memory, 1)) {
            Inbox inbox = new Inbox("inbox", lines);
            lines.waits.await();
            inbox.close();
            assertThat(inbox.next(1).line()).isNull();
            assertThat(inbox.next(1).line()).isNull();
        }
    }
}
