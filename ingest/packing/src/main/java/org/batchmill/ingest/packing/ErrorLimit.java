package org.batchmill.ingest.packing;

import java.io.Serializable;
import java.util.Objects;
import org.batchmill.records.ErrorMode;
import org.batchmill.records.UsageException;

/**
 * What happens to what cannot be packed. Immutable.
 *
 * @param mode      whether it ends the run, or is left out
 * @param maxErrors how much may be left out
 */
public record ErrorLimit(ErrorMode mode, long maxErrors) implements Serializable {

    /** The first ends the run. */
    static final ErrorLimit NONE = new ErrorLimit(ErrorMode.FAIL, Long.MAX_VALUE);

    public ErrorLimit {
        Objects.requireNonNull(mode, "mode");
        if (maxErrors < 0) {
            throw new UsageException("the number of errors is not negative");
        }
    }

    /** Whether what is bad is left out. */
    boolean skips() {
        return mode != ErrorMode.FAIL;
    }

    /** What was left out, if it is to be told in a file; null if not. */
    <T> T quarantined(T bad) {
        return mode == ErrorMode.QUARANTINE ? bad : null;
    }
}
