package org.batchmill.train.engine;

/**
 * How much of its device's memory a program may take: a number of bytes, or a share of what the device has. Immutable.
 *
 * @param bytes at least 1; 0 where a share is given
 * @param share above 0, at most 1; 0 where bytes are given
 */
public record MemoryLimit(long bytes, double share) {

    public MemoryLimit {
        boolean isBytes = bytes >= 1 && share == 0;
        boolean isShare = bytes == 0 && share > 0 && share <= 1;
        if (!isBytes && !isShare) {
            throw new IllegalArgumentException("a limit of " + bytes + " bytes and a share of " + share);
        }
    }

    public static MemoryLimit ofBytes(long bytes) {
        return new MemoryLimit(bytes, 0);
    }

    public static MemoryLimit ofShare(double share) {
        return new MemoryLimit(0, share);
    }

    /** In bytes, on a device that has so many. */
    public long of(long total) {
        return bytes > 0 ? Math.min(bytes, total) : (long) (share * total);
    }
}
