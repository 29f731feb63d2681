package org.batchmill.ingest.packing;

import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.batchmill.queues.threads.WorkerPool;

/**
 * Finishes shards on threads of its own: a worker goes on with its next shard while the disk takes the last one. There are as many threads as
 * workers, so that no more shards are unfinished than would be if each worker waited for its own. Safe for use by many threads; closed by its
 * creator when the gate is, so that nothing is being finished any more.
 */
final class ShardsToDisk implements AutoCloseable {

    private final int workers;
    private final Semaphore free;
    private final Queue<Future<Void>> handedIn = new ConcurrentLinkedQueue<>();

    /** Null until there is a shard: most jobs' workers write none ahead. */
    private WorkerPool threads;

    ShardsToDisk(int workers) {
        this.workers = workers;
        this.free = new Semaphore(workers);
    }

    /**
     * Has a shard finished, and waits before that while as many as there are workers are being finished.
     *
     * @param finishing counts as work of the gate until it ends
     */
    void finish(WorkGate gate, Callable<Void> finishing) throws IOException, InterruptedException {
        free.acquire();
        boolean begun = false;
        try {
            gate.begin();
            begun = true;
            handedIn.add(threads().submit(() -> {
                try {
                    return finishing.call();
                } finally {
                    gate.end();
                    free.release();
                }
            }));
        } finally {
            if (!begun) {
                free.release();
            }
        }
    }

    private synchronized WorkerPool threads() {
        if (threads == null) {
            threads = new WorkerPool("pack-finish", workers);
        }
        return threads;
    }

    /** Waits for all shards that were handed in, and throws what became of one that failed. */
    void await() throws IOException, InterruptedException {
        for (Future<Void> shard = handedIn.poll(); shard != null; shard = handedIn.poll()) {
            WorkerPool.result(shard);
        }
    }

    @Override
    public synchronized void close() {
        if (threads != null) {
            threads.close();
        }
    }
}
