package org.batchmill.records;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * What readers do with damaged samples: fail at the first (the default everywhere), or skip up to a number of them, as the job's
 * {@link ErrorMode} says. Skipped samples are counted and reported to a listener, never passed over in silence. One policy is shared by
 * all readers of a job and is safe for use by many threads.
 */
public final class DamagePolicy {

    private final boolean skipping;
    private final long maxErrors;
    private final Consumer<DataException> listener;
    private final AtomicLong skipped = new AtomicLong();

    private DamagePolicy(boolean skipping, long maxErrors, Consumer<DataException> listener) {
        this.skipping = skipping;
        this.maxErrors = maxErrors;
        this.listener = listener;
    }

    /** The first damage is thrown. */
    public static DamagePolicy fail() {
        return new DamagePolicy(false, 0, null);
    }

    /**
     * Damage is skipped.
     *
     * @param maxErrors the damage after this many is thrown; {@link Long#MAX_VALUE} for no limit
     */
    public static DamagePolicy skip(long maxErrors) {
        return new DamagePolicy(true, maxErrors, null);
    }

    /** As {@link #skip(long)}; {@code listener} is told of each skipped damage, on the thread that met it. */
    public static DamagePolicy skip(long maxErrors, Consumer<DataException> listener) {
        return new DamagePolicy(true, maxErrors, listener);
    }

    /** Whether damage is skipped; readers look for the next intact sample only then. */
    public boolean skips() {
        return skipping;
    }

    /**
     * Decides about one damaged sample: returns if it is to be skipped.
     *
     * @throws DataException {@code damage} itself where the policy is to fail; one that says so where too many were skipped
     */
    public void handle(DataException damage) throws DataException {
        if (!skipping) {
            throw damage;
        }
        long count = skipped.incrementAndGet();
        if (count > maxErrors) {
            skipped.decrementAndGet();
            throw new DataException(
                    damage.kind(),
                    damage.where(),
                    damage.reason() + " (after " + maxErrors + " skipped, which is the most allowed)",
                    damage);
        }
        if (listener != null) {
            listener.accept(damage);
        }
    }

    /** How many damaged samples were skipped so far. */
    public long skipped() {
        return skipped.get();
    }
}
