package org.batchmill.queues;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.batchmill.testing.Await;

/** A call that may have to wait, made on a thread of its own. */
final class Call<V> {

    private final CompletableFuture<V> result = new CompletableFuture<>();
    final Thread thread;

    private Call(Callable<V> what) {
        thread = new Thread(() -> {
            try {
                result.complete(what.call());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    static <V> Call<V> of(Callable<V> what) {
        return new Call<>(what);
    }

    /** Makes a call that will wait at a queue, and returns when it does. */
    static <V> Call<V> waiting(BoundedQueue<?> queue, Callable<V> what) throws Exception {
        int before = queue.pendingRequests();
        Call<V> call = new Call<>(what);
        Await.until("the call waits", () -> {
            assertThat(call.result).as("the call does not wait").isNotDone();
            return queue.pendingRequests() != before;
        });
        return call;
    }

    static Call<Void> waitingEnqueue(BoundedQueue<Integer> queue, int element) throws Exception {
        return waiting(queue, () -> {
            queue.enqueue(element);
            return null;
        });
    }

    boolean isWaiting() {
        return !result.isDone();
    }

    V get() throws Exception {
        return result.get(5, TimeUnit.MINUTES);
    }

    Throwable failure() throws Exception {
        try {
            V value = get();
            throw new AssertionError("no exception but " + value);
        } catch (ExecutionException e) {
            return e.getCause();
        }
    }
}
