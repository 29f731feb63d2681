package org.batchmill.jobs.train;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.batchmill.ingest.sources.kafka.BlockBoard;
import org.batchmill.queues.threads.WorkerThread;
import org.batchmill.train.collective.Gang;
import org.batchmill.train.collective.LostRankException;

/**
 * Where rank 0 tells the others what it took of a topic. Natives may wait without end for the answer of a rank that hangs: so a thread of
 * its own looks, and whoever waits for it gives up in time. Waiting for what was not posted yet has no end: a topic may be quiet.
 */
final class GangBoard implements BlockBoard {

    private static final long LOOK_EVERY_MILLIS = 20;

    private final Gang gang;
    private final Duration deadline;

    GangBoard(Gang gang, Duration deadline) {
        this.gang = gang;
        this.deadline = deadline;
    }

    @Override
    public void post(String name, String text) {
        gang.post(name, text);
    }

    @Override
    public void forget(String name) {
        gang.forget(name);
    }

    @Override
    public String await(String name) throws IOException, InterruptedException {
        Looking looking = new Looking();
        WorkerThread thread =
                WorkerThread.start("gang-board", () -> look(name, looking), failure -> looking.done.countDown());
        try {
            while (!looking.done.await(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS)) {
                if (System.nanoTime() - looking.lookedAt > deadline.toNanos()) {
                    throw new LostRankException(
                            "rank 0 hangs: it does not answer within " + deadline.toSeconds() + " s");
                }
            }
        } finally {
            looking.over = true;
            // What it calls is not to be closed under it.
            thread.joinFully(deadline.toNanos());
        }
        if (thread.death() instanceof LostRankException lost) {
            throw lost;
        }
        thread.requireAlive();
        return looking.found;
    }

    private void look(String name, Looking looking) throws InterruptedException {
        String text = gang.posted(name);
        while (text == null && !looking.over) {
            looking.lookedAt = System.nanoTime();
            TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MILLIS);
            text = gang.posted(name);
        }
        looking.found = text;
        looking.done.countDown();
    }

    /** What one wait knows. */
    private static final class Looking {
        private final CountDownLatch done = new CountDownLatch(1);
        private volatile long lookedAt = System.nanoTime();
        private volatile boolean over;
        private volatile String found;
    }
}
