package org.batchmill.queues.threads;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.batchmill.testing.Await;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A video reader that was closed early interrupted the thread that was unpacking FFmpeg: the channel it wrote through was closed, the
 * class that was being initialised stayed dead, and the next thread that needed it died of it, unheard.
 */
class UndisturbedTest {

    @TempDir
    Path folder;

    @Test
    void shouldFinishForAnInterruptedThreadWhichStaysInterrupted() throws Exception {
        Undisturbed<Integer> writing = new Undisturbed<>("writing", this::write);
        Thread.currentThread().interrupt();
        Integer written = writing.result();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(writing.failure()).isNull();
        assertThat(written).isEqualTo(1);
    }

    private int write() throws Exception {
        try (FileChannel channel =
                FileChannel.open(folder.resolve("library"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            return channel.write(ByteBuffer.allocate(1));
        }
    }

    @Test
    void shouldBeginBeforeAnybodyAsksAndNotWait() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger times = new AtomicInteger();
        Undisturbed<Integer> counting = new Undisturbed<>("counting", () -> {
            begun.countDown();
            go.await();
            return times.incrementAndGet();
        });
        counting.begin();
        counting.begin();
        begun.await();
        go.countDown();
        assertThat(counting.result()).isEqualTo(1);
    }

    @Test
    void shouldBeDoneOnceForAllWhoAsk() throws Exception {
        AtomicInteger times = new AtomicInteger();
        CountDownLatch go = new CountDownLatch(1);
        Undisturbed<Integer> counting = new Undisturbed<>("counting", () -> {
            go.await();
            return times.incrementAndGet();
        });
        List<Integer> answers = new ArrayList<>();
        List<Thread> asking = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            asking.add(WorkerThread.start(
                    "asking",
                    () -> {
                        int answer = counting.result();
                        synchronized (answers) {
                            answers.add(answer);
                        }
                    },
                    e -> {}));
        }
        asking.forEach(Thread::interrupt);
        go.countDown();
        for (Thread thread : asking) {
            thread.join();
        }
        assertThat(answers).containsExactly(1, 1, 1, 1);
    }

    /** Natives of two makes that loaded beside each other waited for each other: a training hung before its first step. */
    @Test
    void shouldDoOneWorkAtATime() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        AtomicBoolean secondBegun = new AtomicBoolean();
        Undisturbed<Integer> first = new Undisturbed<>("first-work", () -> {
            begun.countDown();
            go.await();
            return 1;
        });
        Undisturbed<Integer> second = new Undisturbed<>("second-work", () -> {
            secondBegun.set(true);
            return 2;
        });
        first.begin();
        begun.await();
        second.begin();
        Await.until("the second is done or waits", () -> secondBegun.get() || waits("second-work"));
        boolean beside = secondBegun.get();
        go.countDown();
        assertThat(beside).isFalse();
        assertThat(second.result()).isEqualTo(2);
        assertThat(first.result()).isOne();
    }

    private static boolean waits(String thread) {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(each -> each.getName().equals(thread) && each.getState() == Thread.State.WAITING);
    }

    @Test
    void shouldTellEveryoneTheSameFailureEvenAnError() {
        Undisturbed<Integer> failing = new Undisturbed<>("failing", () -> {
            throw new UnsatisfiedLinkError("no library");
        });
        assertThat(failing.failure()).isInstanceOf(UnsatisfiedLinkError.class).isSameAs(failing.failure());
        assertThat(failing.result()).isNull();
    }
}
