package org.batchmill.queues;

import java.time.Duration;
import java.util.Objects;

/**
 * A thread that does something again and again until its coordinator stops: one step after the other, or one an interval. What a step
 * throws stops the coordinator. It is a daemon and registered with the coordinator; start it with {@link #start()}.
 *
 * <p>Subclasses override {@link #runLoop()}, and where they need it {@link #startLoop()} and {@link #stopLoop()}, all of which are called
 * on this thread.
 */
public class LooperThread extends Thread {

    private final Coordinator coordinator;
    private final Duration interval;
    private final ThrowingAction target;

    /**
     * For subclasses.
     *
     * @param interval from the start of a step to the start of the next; null for one after the other. Steps that were missed because
     *                 one took longer follow without a pause
     */
    @SuppressWarnings("this-escape") // the coordinator keeps it, and asks nothing of it before it is started
    protected LooperThread(Coordinator coordinator, Duration interval) {
        this(coordinator, interval, null);
    }

    private LooperThread(Coordinator coordinator, Duration interval, ThrowingAction target) {
        this.coordinator = Objects.requireNonNull(coordinator, "coordinator");
        this.interval = interval;
        this.target = target;
        setDaemon(true);
        coordinator.register(this);
    }

    /**
     * Makes and starts a thread that calls {@code target} until the coordinator stops.
     *
     * @param interval as for the constructor
     */
    public static LooperThread loop(Coordinator coordinator, Duration interval, ThrowingAction target) {
        LooperThread thread = new LooperThread(coordinator, interval, Objects.requireNonNull(target, "target"));
        thread.start();
        return thread;
    }

    @Override
    public final void run() {
        coordinator.stopOnException(() -> {
            startLoop();
            if (interval == null) {
                while (!coordinator.shouldStop()) {
                    runLoop();
                }
            } else {
                long next = System.nanoTime();
                while (!coordinator.waitForStop(Duration.ofNanos(next - System.nanoTime()))) {
                    next += interval.toNanos();
                    runLoop();
                }
            }
            stopLoop();
        });
    }

    /** Called once before the first step. */
    protected void startLoop() throws Exception {}

    /** One step. */
    protected void runLoop() throws Exception {
        if (target != null) {
            target.run();
        }
    }

    /** Called once when the coordinator stopped, and not after an exception. */
    protected void stopLoop() throws Exception {}
}
