package org.batchmill.records;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.batchmill.records.storage.GrowingFile;

/**
 * What happens to damaged samples: fail at the first (the default everywhere), skip up to a number of them, or skip them and
 * write each into a quarantine list. Skipped samples are counted and reported to a listener, never passed over in silence. One
 * policy is shared by all readers of a job and is safe for use by many threads.
 */
public final class DamagePolicy implements Closeable {

    private final boolean skipping;
    private final long maxErrors;
    private final Consumer<DataException> listener;
    private final GrowingFile quarantine;
    private final AtomicLong skipped = new AtomicLong();

    private DamagePolicy(boolean skipping, long maxErrors, Consumer<DataException> listener, GrowingFile quarantine) {
        this.skipping = skipping;
        this.maxErrors = maxErrors;
        this.listener = listener;
        this.quarantine = quarantine;
    }

    /** The first damage is thrown. */
    public static DamagePolicy fail() {
        return new DamagePolicy(false, 0, null, null);
    }

    /**
     * Damage is skipped.
     *
     * @param maxErrors the damage after this many is thrown; {@link Long#MAX_VALUE} for no limit
     */
    public static DamagePolicy skip(long maxErrors) {
        return new DamagePolicy(true, maxErrors, null, null);
    }

    /** As {@link #skip(long)}; {@code listener} hears of each skipped damage, on the thread that met it. */
    public static DamagePolicy skip(long maxErrors, Consumer<DataException> listener) {
        return new DamagePolicy(true, maxErrors, listener, null);
    }

    /**
     * Damage is skipped and appended to a list, one JSON object a line with the keys {@code where}, {@code kind} and {@code
     * reason}.
     *
     * @param list created if it is not there; each line is there as it is written
     */
    public static DamagePolicy quarantine(long maxErrors, Path list, Consumer<DataException> listener)
            throws IOException {
        return new DamagePolicy(true, maxErrors, listener, GrowingFile.append(list));
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
        if (quarantine != null) {
            append(damage);
        }
    }

    /** How many damaged samples were skipped so far. */
    public long skipped() {
        return skipped.get();
    }

    private void append(DataException damage) {
        ObjectNode line = new ObjectMapper().createObjectNode();
        line.put("where", damage.where());
        line.put("kind", damage.kind().word());
        line.put("reason", damage.reason());
        try {
            synchronized (quarantine) {
                quarantine.write(line + "\n");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    /** Closes the quarantine list. */
    @Override
    public void close() throws IOException {
        if (quarantine != null) {
            quarantine.close();
        }
    }
}
