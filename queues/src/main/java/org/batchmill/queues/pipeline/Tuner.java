package org.batchmill.queues.pipeline;

/**
 * Climbs to the number of workers that keeps the consumer busy. After every {@value #INTERVAL} batches it looks at the part of the
 * time that the consumer waited. If that is too much, it tries one worker more, or one batch more of prefetch once another worker
 * does not help; a try that brings nothing is taken back and not repeated for a while. If nobody waits and workers idle, it lets
 * one go. It runs on the consumer's thread, between two batches, and costs a look at the counters.
 */
final class Tuner {

    private static final int INTERVAL = 8;
    /** Intervals until a try that failed may be made again: the data may have changed. */
    private static final int PATIENCE = 16;

    private static final double TOO_MUCH_WAITING = 0.02;
    private static final double NO_WAITING = 0.002;
    private static final double WORTH_IT = 1.03;

    private enum Try {
        NONE,
        WORKER,
        PREFETCH
    }

    private final Autotune limits;
    private final AssemblyLine<?, ?, ?> line;
    private int workers;
    private int prefetch;
    private int batches;
    private PipelineMetrics before;
    private Try trying = Try.NONE;
    private double speedBefore;
    private int workerRest;
    private int prefetchRest;

    Tuner(PipelineSettings<?, ?, ?> settings, AssemblyLine<?, ?, ?> line) {
        this.limits = settings.resources().autotune();
        this.line = line;
        this.workers = Math.min(settings.resources().workers(), limits.maxWorkers());
        this.prefetch = Math.min(settings.resources().prefetch(), limits.maxPrefetch());
        apply();
    }

    /** A batch was given to the consumer. */
    void delivered() {
        batches++;
        if (batches % INTERVAL == 0) {
            PipelineMetrics now = line.metrics();
            if (before != null) {
                decide(now);
            }
            before = now;
        }
    }

    private void decide(PipelineMetrics now) {
        double nanos = Math.max(1, now.times().runNanos() - before.times().runNanos());
        double waited = (now.times().waitedNanos() - before.times().waitedNanos()) / nanos;
        double idle = (now.workers().idleNanos() - before.workers().idleNanos()) / nanos;
        double speed = (now.counts().samples() - before.counts().samples()) / nanos;
        workerRest--;
        prefetchRest--;
        if (trying != Try.NONE && speed < speedBefore * WORTH_IT) {
            takeBack();
        } else if (waited > TOO_MUCH_WAITING) {
            climb(now, speed);
        } else if (trying == Try.NONE && waited < NO_WAITING && idle > 1 && workers > 1) {
            workers--; // more than a whole worker's time was idle
        }
        while (!fits(now, workers, prefetch) && (workers > 1 || prefetch > 1)) {
            if (prefetch > 1) {
                prefetch--;
            } else {
                workers--;
            }
        }
        apply();
    }

    private void takeBack() {
        if (trying == Try.WORKER) {
            workers--;
            workerRest = PATIENCE;
        } else {
            prefetch--;
            prefetchRest = PATIENCE;
        }
        trying = Try.NONE;
    }

    private void climb(PipelineMetrics now, double speed) {
        trying = Try.NONE;
        speedBefore = speed;
        if (workerRest <= 0 && workers < limits.maxWorkers() && fits(now, workers + 1, prefetch)) {
            workers++;
            trying = Try.WORKER;
        } else if (prefetchRest <= 0 && prefetch < limits.maxPrefetch() && fits(now, workers, prefetch + 1)) {
            prefetch++;
            trying = Try.PREFETCH;
        }
    }

    private boolean fits(PipelineMetrics now, int asWorkers, int asPrefetch) {
        // One batch more than is prefetched: the consumer has it.
        return line.limit(asWorkers) * (double) now.memory().decodedBytes()
                        + (asPrefetch + 1.0) * now.memory().batchBytes()
                <= limits.maxBytes();
    }

    private void apply() {
        line.setWorkers(workers);
        line.setPrefetch(prefetch);
    }
}
