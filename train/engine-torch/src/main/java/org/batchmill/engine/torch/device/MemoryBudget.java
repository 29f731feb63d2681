package org.batchmill.engine.torch.device;

import java.util.Locale;
import org.batchmill.records.OptionException;
import org.batchmill.train.engine.MemoryLimit;

/**
 * What a program may take of a GPU.
 *
 * @param device what the user calls it
 * @param total  bytes that it has
 * @param free   bytes of these that nobody has taken, or that this process keeps for use again
 * @param limit  of the user's; null for none
 */
public record MemoryBudget(String device, long total, long free, MemoryLimit limit) {

    /** The share of the whole device that libtorch's allocator may take. */
    public double fraction() {
        return limit == null ? 1 : (double) limit.of(total) / total;
    }

    /**
     * Requires that a step can fit, before one is tried.
     *
     * @param network its name
     * @param least   bytes that a step takes at least
     * @throws OptionException if it takes more than is allowed, or than is free
     */
    public void require(String network, int rows, long least) {
        if (limit != null && least > limit.of(total)) {
            throw tooSmall(network, rows, least, "{gpu-memory} allows " + gibibytes(limit.of(total)));
        }
        if (least > free) {
            throw tooSmall(network, rows, least, "of its " + gibibytes(total) + " " + gibibytes(free) + " are free");
        }
    }

    private OptionException tooSmall(String network, int rows, long least, String why) {
        return new OptionException(
                "{} takes at least {} on {} with {} rows at a time, and " + why
                        + ": take a smaller {batch} or more {subdivisions}",
                network,
                gibibytes(least),
                device,
                rows);
    }

    private static String gibibytes(long bytes) {
        return String.format(Locale.ROOT, "%.2f GiB", bytes / (double) (1 << 30));
    }
}
