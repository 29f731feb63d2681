package org.batchmill.video;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.batchmill.queues.threads.WorkerThread;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;

/**
 * Runs what may wait for a file on a thread of its own, and gives it up when one read takes too long. A thread that waits inside
 * the kernel cannot be ended from outside: it is left behind as a daemon and frees what it holds if it ever comes back.
 */
final class StallWatchdog {

    private static final long LOOK_EVERY_MILLIS = 50;

    private StallWatchdog() {}

    /**
     * @param where how errors name the file
     * @param late  frees a result that comes after it was given up
     */
    static <T> T call(String where, FileInput input, Duration stallAfter, Callable<T> work, Late<T> late)
            throws IOException, InterruptedException {
        Outcome<T> outcome = new Outcome<>(late);
        WorkerThread thread = WorkerThread.start("video-open " + where, () -> outcome.run(work), outcome::failed);
        try {
            while (!outcome.done.await(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS)) {
                check(where, input, stallAfter);
            }
        } catch (IOException | InterruptedException e) {
            outcome.abandon();
            thread.interrupt();
            throw e;
        }
        return outcome.get();
    }

    /** @throws DataException if the read that is under way waits for longer than allowed */
    static void check(String where, FileInput input, Duration stallAfter) throws DataException {
        if (input.blockedNanos() > stallAfter.toNanos()) {
            throw new DataException(
                    Kind.TRUNCATED,
                    where,
                    "the source stalled: no data for " + stallAfter.toMillis() + " ms while reading byte "
                            + input.position());
        }
    }

    /** Frees what is no longer wanted. */
    interface Late<T> {
        void free(T result) throws IOException;
    }

    private static final class Outcome<T> {
        private final CountDownLatch done = new CountDownLatch(1);
        private final Late<T> late;
        private boolean abandoned;
        private T result;
        private Throwable failure;

        Outcome(Late<T> late) {
            this.late = late;
        }

        void run(Callable<T> work) throws Exception {
            T value = work.call();
            synchronized (this) {
                result = value;
                if (abandoned) {
                    freeLate();
                }
            }
            done.countDown();
        }

        void failed(Throwable thrown) {
            synchronized (this) {
                failure = thrown;
            }
            done.countDown();
        }

        synchronized void abandon() {
            abandoned = true;
            if (done.getCount() == 0) {
                freeLate();
            }
        }

        private void freeLate() {
            if (result != null) {
                try {
                    late.free(result);
                } catch (IOException e) {
                    // It was given up already, and the caller was told why.
                    failure = e;
                }
                result = null;
            }
        }

        synchronized T get() throws IOException {
            if (failure instanceof IOException e) {
                throw e;
            }
            if (failure instanceof RuntimeException e) {
                throw e;
            }
            if (failure instanceof Error e) {
                throw e;
            }
            if (failure != null) {
                throw new IllegalStateException(failure);
            }
            return result;
        }
    }
}
