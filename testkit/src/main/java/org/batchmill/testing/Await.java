package org.batchmill.testing;

import java.time.Duration;
import java.util.concurrent.Callable;

/**
 * Waits for what another thread or process does, where nothing tells when it is done. A test that waits this way depends on no machine's
 * speed; sleeping for a while instead is forbidden by {@code TestHabitsTest}.
 */
public final class Await {

    /** Far beyond what a slow and busy machine takes: it ends tests that wait in vain, with a reason. */
    private static final Duration LONGEST = Duration.ofMinutes(5);

    private static final int POLL_MILLIS = 10;

    private Await() {}

    /**
     * Waits until something is so. It must not cease to be so, or the test must be content that it was.
     *
     * @param what   what is waited for, for the failure's message
     * @throws AssertionError after five minutes
     */
    public static void until(String what, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + LONGEST.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("waited " + LONGEST.toMinutes() + " minutes in vain until " + what);
            }
            Thread.sleep(POLL_MILLIS);
        }
    }
}
