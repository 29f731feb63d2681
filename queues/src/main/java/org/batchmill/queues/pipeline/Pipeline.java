package org.batchmill.queues.pipeline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.batchmill.queues.threads.WorkerThread;

/**
 * A running pipeline: source, shuffle, parallel decoding, batches, prefetch. Made by a {@link PipelineBuilder}; its workers run
 * from then on until {@link #close()}.
 *
 * <p>{@link #next()} and {@link #state()} are used by one consumer thread at a time; {@link #metrics()} and {@link #close()} by
 * any thread. The consumer owns the batches that it was given and closes them; the pipeline owns and frees everything else.
 *
 * @param <T> what the source holds
 * @param <D> what decoding makes of it
 * @param <B> a batch
 */
public final class Pipeline<T, D, B> implements AutoCloseable {

    /** Native code cannot be interrupted: a worker may need that long to end its element. */
    static final Duration GRACE = Duration.ofMinutes(2);

    private final AssemblyLine<T, D, B> line;
    private final Feed<T> feed;
    private final BatchAssembler<T, D, B> assembler;
    private final Tuner tuner;
    private final List<WorkerThread> workers = new ArrayList<>();
    private final WorkerWatchdog watch;
    private PipelineState state;
    /** In cached mode: how often the cached batch is still to be served; else -1. */
    private long servings;

    /** Whether the cached batch was made; the consumer's. */
    private boolean made;

    private B cached;
    private boolean closed;

    Pipeline(PipelineSettings<T, D, B> settings, Feed<T> feed, PipelineState begin, String name, long servings) {
        this.feed = feed;
        this.state = begin;
        this.assembler = settings.assembler();
        this.servings = servings;
        this.line = new AssemblyLine<>(settings, new Meter<>(settings.listener(), settings.key()), begin, feed.waits());
        Worker.Source<T> source = new Worker.Source<>(feed, begin.sequence());
        this.tuner = settings.resources().autotune() == null ? null : new Tuner(settings, line);
        int threads = tuner == null
                ? settings.resources().workers()
                : Math.max(
                        settings.resources().workers(),
                        settings.resources().autotune().maxWorkers());
        if (feed.waits()) {
            threads++; // one may be waiting for the source
        }
        for (int i = 0; i < threads; i++) {
            workers.add(WorkerThread.of(name + "-worker-" + i, new Worker<>(i, line, settings, source), line::fail));
        }
        watch = new WorkerWatchdog(List.copyOf(workers), feed.waits() ? message -> {} : settings.listener()::onWarning);
        workers.forEach(Thread::start);
    }

    /**
     * The next batch, waiting for it.
     *
     * @return a batch, which the caller closes, or null behind the last one
     * @throws PipelineException    if the pipeline ended with an error. A bad element ends it in its place: the batches before
     *                              are delivered first
     * @throws InterruptedException if the calling thread is interrupted; the pipeline stays as it is
     */
    public B next() throws InterruptedException {
        if (servings >= 0) {
            return serveCached();
        }
        OpenBatch<T, D, B> batch = line.next(watch);
        if (batch == null) {
            return null;
        }
        state = batch.state;
        if (tuner != null) {
            tuner.delivered();
        }
        return batch.batch;
    }

    private B serveCached() throws InterruptedException {
        requireOpen();
        if (servings == 0) {
            return null;
        }
        if (!made) {
            // Not with the monitor, which whoever closes this meanwhile wants.
            OpenBatch<T, D, B> first = line.next(watch);
            if (first == null) {
                return null;
            }
            keep(first.batch);
        }
        return again();
    }

    private synchronized void keep(B batch) {
        made = true;
        if (closed) {
            assembler.abandon(batch);
        } else {
            cached = batch;
            line.setWorkers(0); // no data are made while the consumer is timed
        }
    }

    private synchronized void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the pipeline is closed");
        }
    }

    private synchronized B again() {
        requireOpen();
        servings--;
        return assembler.again(cached);
    }

    /** Where the pipeline stands behind the batch that {@link #next()} gave last: a builder restores from it. */
    public PipelineState state() {
        return state;
    }

    /** What happened up to now; in cached mode, while the cached batch was made. */
    public PipelineMetrics metrics() {
        return line.metrics();
    }

    AssemblyLine.Traffic traffic() {
        return line.traffic();
    }

    /**
     * Ends the workers and frees all elements and batches that the consumer was not given. Does nothing the second time.
     *
     * @throws PipelineException if a thread does not end within two minutes; nothing that it may use is freed then
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        line.stop();
        workers.forEach(Thread::interrupt);
        feed.close();
        joinWorkers();
        line.free();
        if (cached != null) {
            assembler.abandon(cached);
        }
    }

    private void joinWorkers() {
        long deadline = System.nanoTime() + GRACE.toNanos();
        for (WorkerThread worker : workers) {
            if (!worker.joinFully(Math.max(0, deadline - System.nanoTime()))) {
                throw new PipelineException(worker.getName() + " does not end", null);
            }
        }
    }
}
