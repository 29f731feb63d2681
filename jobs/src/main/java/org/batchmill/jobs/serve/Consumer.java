package org.batchmill.jobs.serve;

import java.util.Set;
import java.util.TreeSet;

/** A consumer that is connected. Guarded by the {@link ServedStream}. */
final class Consumer {

    final Hello hello;
    /** In which it has its place. */
    final Sharing sharing;
    /** From 0, of the batches that it takes. */
    long epoch;
    /** Batches that it was given and may still read. */
    final Set<Long> held = new TreeSet<>();
    /** Whether it heard that nothing follows. */
    boolean told;

    Consumer(Hello hello, Sharing sharing) {
        this.hello = hello;
        this.sharing = sharing;
    }
}
