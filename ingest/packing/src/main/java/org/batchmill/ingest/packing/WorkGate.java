package org.batchmill.ingest.packing;

import java.io.IOException;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import org.batchmill.records.DataException;

/**
 * Where the work of one job passes through inside one process, so that it can be ended: the threads of a pipeline that failed end
 * later than the pipeline, and must not write among the files of the next job. Safe for use by many threads.
 */
final class WorkGate implements AutoCloseable {

    private static final ConcurrentMap<String, WorkGate> GATES = new ConcurrentHashMap<>();

    /** Begins the names of all jobs that this process runs. */
    private static final String PROCESS = UUID.randomUUID() + "/";

    /** How seldom the journal is asked whether the job goes on. */
    private static final long SELDOM_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final String job;
    /** Null where the job was begun in this process. */
    private final JobSigns signs;

    private long nextLook = System.nanoTime();
    private long done;
    private int working;
    private boolean stopped;

    private WorkGate(String job, JobSigns signs) {
        this.job = job;
        this.signs = signs;
    }

    /** A name for a job that begins, which no other has or will have. It goes to the workers with their work. */
    static String newJob() {
        return PROCESS + UUID.randomUUID();
    }

    /**
     * The gate of a job that begins; closing stops it.
     *
     * @param job from {@link #newJob()}
     */
    static WorkGate open(String job) {
        WorkGate gate = new WorkGate(job, null);
        GATES.put(job, gate);
        return gate;
    }

    /**
     * The gate of a job: a stopped one for work that comes when the job has ended, and one of its own where the job was begun in another
     * process, which asks the journal whether it goes on.
     */
    static WorkGate of(String job, Journal journal) {
        WorkGate gate = GATES.get(job);
        if (gate == null) {
            gate = new WorkGate(job, job.startsWith(PROCESS) ? null : journal.signs(job));
            gate.stopped = hasEnded(job);
        }
        return gate;
    }

    /** Work on samples, which may find a bad one. */
    @FunctionalInterface
    interface Piece {
        void run() throws IOException, InterruptedException;
    }

    /**
     * Does a piece of work. What is wrong with the data is told to who began the job.
     *
     * @throws CancellationException if the job was stopped
     */
    void pass(Piece piece) throws IOException, InterruptedException {
        begin();
        try {
            piece.run();
        } catch (DataException e) {
            // A worker that its cluster interrupts, since another was lost, makes what it meant to read look damaged.
            if (signs != null && !Thread.currentThread().isInterrupted()) {
                signs.failed(e);
            }
            throw e;
        } finally {
            end();
        }
    }

    /** Whether a job ran in this process and does no longer. */
    static boolean hasEnded(String job) {
        return job.startsWith(PROCESS) && !GATES.containsKey(job);
    }

    /**
     * Begins a piece of work, which ends with {@link #end()}.
     *
     * @throws CancellationException if the job was stopped
     */
    synchronized void begin() throws IOException {
        checkGoing();
        working++;
    }

    synchronized void end() {
        working--;
        notifyAll();
    }

    /**
     * Called between samples, so that a piece of work ends soon.
     *
     * @throws IOException           if the journal of a job of another process cannot be read
     * @throws CancellationException if the job was stopped
     */
    synchronized void checkGoing() throws IOException {
        if (signs != null && System.nanoTime() - nextLook >= 0) {
            stopped = !signs.isGoing();
            nextLook = System.nanoTime() + SELDOM_NANOS;
        }
        if (stopped) {
            throw new CancellationException("the job was stopped");
        }
    }

    /** Counts a sample, or what else the work is measured in. */
    synchronized void advance(long count) {
        done += count;
    }

    /** How much was counted in this process. */
    synchronized long done() {
        return done;
    }

    /** Lets no work begin any more and waits for what has begun. An interrupt is kept for later. */
    synchronized void stop() {
        stopped = true;
        boolean interrupted = false;
        while (working > 0) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        stop();
        GATES.remove(job, this);
    }
}
