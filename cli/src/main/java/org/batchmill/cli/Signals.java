package org.batchmill.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ctrl-C and SIGTERM during a job: the first asks the job to stop after a clean checkpoint, the second ends the process at once. A
 * signal that comes before a job can be asked is kept for it.
 */
final class Signals implements AutoCloseable {

    private static final String[] NAMES = {"INT", "TERM"};

    private final List<Object> previous = new ArrayList<>();
    private final AtomicInteger received = new AtomicInteger();
    private volatile Runnable onFirst = () -> {};

    private Signals() {}

    static Signals catching() {
        Signals signals = new Signals();
        for (String name : NAMES) {
            signals.previous.add(org.jline.utils.Signals.register(name, signals::received));
        }
        return signals;
    }

    /** Says what the first signal does. */
    void onFirst(Runnable action) {
        onFirst = action;
        if (received.get() > 0) {
            action.run();
        }
    }

    private void received() {
        if (received.incrementAndGet() > 1) {
            Runtime.getRuntime().halt(ExitCode.STOPPED);
        }
        onFirst.run();
    }

    @Override
    public void close() {
        for (int i = 0; i < NAMES.length; i++) {
            org.jline.utils.Signals.unregister(NAMES[i], previous.get(i));
        }
    }
}
