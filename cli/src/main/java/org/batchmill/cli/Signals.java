package org.batchmill.cli;

import java.time.Duration;
import org.batchmill.queues.threads.WorkerThread;

/**
 * Ctrl-C, SIGTERM and SIGHUP. From the first moment of the process the first signal ends the command: a job that can stop cleanly is
 * asked to, any other has its thread interrupted, and if that does not end it in time the process ends anyway, which every file we
 * write survives. A second signal ends the process at once. The exit code is {@link ExitCode#STOPPED} in all cases.
 */
final class Signals {

    private static final String[] NAMES = {"INT", "TERM", "HUP"};

    /** Promised are 5 s, and 10 s for a checkpoint (docs/threads.md); the rest is for the machine. */
    private static final Duration PATIENCE = Duration.ofMillis(3500);

    private static final Duration PATIENCE_FOR_A_CHECKPOINT = Duration.ofMillis(8500);
    private static final long PRINTING_MILLIS = 200;

    /** Asks a job to stop. */
    @FunctionalInterface
    interface Stop {
        /** Returns at once; true if the job writes a checkpoint before it ends. */
        boolean request();
    }

    /** While open, a job is asked to stop by a signal. */
    interface Asked extends AutoCloseable {
        @Override
        void close();
    }

    private static Thread main;
    private static Terminal terminal;
    private static String received;
    private static Stop job;

    private Signals() {}

    /** From now on signals end this process; what runs without a job to ask runs on the calling thread. */
    static synchronized void heed() {
        main = Thread.currentThread();
        for (String name : NAMES) {
            org.jline.utils.Signals.register(name, () -> arrived(name));
        }
    }

    /** Where the last line goes. */
    static synchronized void printTo(Terminal errors) {
        terminal = errors;
    }

    /** Lets a signal ask a job to stop, where it would else interrupt the main thread; one that came before asks it now. */
    static synchronized Asked asks(Stop stop) {
        job = stop;
        if (received != null) {
            stop.request();
        }
        return () -> forget(stop);
    }

    private static synchronized void forget(Stop stop) {
        if (job == stop) {
            job = null;
        }
    }

    /** The signal that ends this process, as in {@code SIGTERM}; null if there was none. */
    static synchronized String received() {
        return received;
    }

    /** On a thread that the JVM makes for each signal. */
    private static void arrived(String name) {
        Duration patience;
        synchronized (Signals.class) {
            if (received != null) {
                Runtime.getRuntime().halt(ExitCode.STOPPED);
            }
            received = "SIG" + name;
            if (job == null) {
                main.interrupt();
                patience = PATIENCE;
            } else {
                patience = job.request() ? PATIENCE_FOR_A_CHECKPOINT : PATIENCE;
            }
        }
        WorkerThread.start("end-by-signal", () -> endAfter(patience), e -> Runtime.getRuntime()
                .halt(ExitCode.STOPPED));
    }

    private static void endAfter(Duration patience) throws InterruptedException {
        Thread.sleep(patience.toMillis());
        // Whoever reads our output may have stopped reading.
        Terminal errors = errors();
        if (errors != null) {
            WorkerThread.start("last-line", () -> errors.error(line()), e -> {}).join(PRINTING_MILLIS);
        }
        Runtime.getRuntime().halt(ExitCode.STOPPED);
    }

    private static synchronized Terminal errors() {
        return terminal;
    }

    /** What the user reads. */
    static String line() {
        return "stopped by " + received() + "; what is written stays";
    }
}
