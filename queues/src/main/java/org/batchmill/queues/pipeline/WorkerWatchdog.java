package org.batchmill.queues.pipeline;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.batchmill.queues.threads.WorkerThread;

/**
 * What a consumer that waits looks at: a worker that has died is an error, even if it could not tell; workers that are silent for a
 * minute are told of, with where they are, and again whenever the silence has doubled. Used by the consumer's thread.
 */
final class WorkerWatchdog {

    static final long LOOK_EVERY_MILLIS = 500;

    private static final long SILENCE_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final String OURS = "org.batchmill.";
    private static final String MACHINERY = "org.batchmill.queues.";

    private final List<WorkerThread> workers;
    private final Consumer<String> warning;
    private final long silenceNanos;
    private long from;
    private long next;

    /** @param warning hears of silence */
    WorkerWatchdog(List<WorkerThread> workers, Consumer<String> warning) {
        this(workers, warning, SILENCE_NANOS);
    }

    WorkerWatchdog(List<WorkerThread> workers, Consumer<String> warning, long silenceNanos) {
        this.workers = workers;
        this.warning = warning;
        this.silenceNanos = silenceNanos;
    }

    /** The consumer begins to wait. */
    void begin() {
        from = System.nanoTime();
        next = silenceNanos;
    }

    /**
     * It still waits.
     *
     * @throws org.batchmill.queues.threads.WorkerDiedException if a worker has died
     */
    void look() {
        workers.forEach(WorkerThread::requireAlive);
        long silent = System.nanoTime() - from;
        if (silent >= next) {
            next = 2 * silent;
            StringBuilder message = new StringBuilder("no batch for ")
                    .append(TimeUnit.NANOSECONDS.toSeconds(silent))
                    .append(" s:");
            for (WorkerThread worker : workers) {
                String at = where(worker.getStackTrace());
                if (at != null) {
                    message.append(' ')
                            .append(worker.getName())
                            .append(" is in ")
                            .append(at);
                }
            }
            warning.accept(message.toString());
        }
    }

    /** The innermost method that is not the pipeline's own; null for a worker that waits for work. */
    private static String where(StackTraceElement[] stack) {
        for (StackTraceElement element : stack) {
            String type = element.getClassName();
            if (type.startsWith(OURS) && !type.startsWith(MACHINERY)) {
                return type.substring(type.lastIndexOf('.') + 1) + "." + element.getMethodName();
            }
        }
        return null;
    }
}
