package org.batchmill.video;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.batchmill.queues.threads.WorkerPool;
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
    @SuppressWarnings("FutureReturnValueIgnored") // nobody waits for what was given up
    static <T> T call(String where, FileInput input, Duration stallAfter, Callable<T> work, Late<T> late)
            throws IOException, InterruptedException {
        CompletableFuture<T> outcome = new CompletableFuture<>();
        WorkerThread thread = WorkerThread.start(
                "video-open " + where, () -> outcome.complete(work.call()), outcome::completeExceptionally);
        try {
            while (!ends(outcome)) {
                check(where, input, stallAfter);
            }
        } catch (IOException | InterruptedException e) {
            outcome.thenAccept(result -> free(result, late));
            thread.interrupt();
            throw e;
        }
        return WorkerPool.result(outcome);
    }

    /** Waits for a moment; returns whether it has ended, however it did. */
    private static boolean ends(CompletableFuture<?> outcome) throws InterruptedException {
        try {
            outcome.get(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            return true;
        } catch (TimeoutException e) {
            return false;
        }
        return true;
    }

    private static <T> void free(T result, Late<T> late) {
        try {
            late.free(result);
        } catch (IOException e) {
            // It was given up already, and the caller was told why.
        }
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
}
