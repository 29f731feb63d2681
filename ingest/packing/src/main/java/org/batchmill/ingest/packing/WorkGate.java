package org.batchmill.ingest.packing;

import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Where the work of one job passes through inside one process, so that it can be ended: the threads of a pipeline that failed end
 * later than the pipeline, and must not write among the files of the next job. Safe for use by many threads.
 */
final class WorkGate implements AutoCloseable {

    private static final ConcurrentMap<String, WorkGate> GATES = new ConcurrentHashMap<>();

    /** Begins the names of all jobs that this process runs. */
    private static final String PROCESS = UUID.randomUUID() + "/";

    private final String job;
    private long done;
    private int working;
    private boolean stopped;

    private WorkGate(String job) {
        this.job = job;
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
        WorkGate gate = new WorkGate(job);
        GATES.put(job, gate);
        return gate;
    }

    /**
     * The gate of a job: a stopped one for work that comes when the job has ended, and one that nobody closes where the job was begun in another
     * process, which ends it in its own way.
     */
    static WorkGate of(String job) {
        WorkGate gate = GATES.get(job);
        if (gate == null) {
            gate = new WorkGate(job);
            gate.stopped = hasEnded(job);
        }
        return gate;
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
    synchronized void begin() {
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
     * @throws CancellationException if the job was stopped
     */
    synchronized void checkGoing() {
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
