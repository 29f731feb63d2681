package org.batchmill.records.tfrecord;

import java.util.Optional;
import org.batchmill.records.DamagePolicy;
import org.batchmill.records.UsageException;

/**
 * How record files are read.
 *
 * @param compression      empty: told from the first bytes
 * @param maxRecordBytes   a longer record is refused before anything is allocated for it; at most {@link #LARGEST_RECORD}
 * @param maxInflatedBytes a compressed file that grows beyond this is refused
 * @param maxRatio         so is one whose first bytes, at least {@link #RATIO_GRACE_BYTES} of them inflated, grew by more than
 *                         this factor
 * @param onDamage          what happens to damage
 */
public record ReadOptions(
        Optional<Compression> compression,
        int maxRecordBytes,
        long maxInflatedBytes,
        int maxRatio,
        DamagePolicy onDamage) {

    /** No reader takes records above 1 GiB less the frame: a window that grows twofold must hold one, and its places are ints. */
    public static final int LARGEST_RECORD = (1 << 30) - 16;

    /** Small files may grow by any factor that DEFLATE can do (1032). */
    static final long RATIO_GRACE_BYTES = 16 << 20;

    private static final ReadOptions DEFAULTS =
            new ReadOptions(Optional.empty(), 256 << 20, 64L << 30, 256, DamagePolicy.fail());

    public ReadOptions {
        if (maxRecordBytes < 0 || maxRecordBytes > LARGEST_RECORD) {
            throw new UsageException(
                    "the largest record must be 0 to " + LARGEST_RECORD + " bytes, not " + maxRecordBytes);
        }
    }

    /** Compression by content, records up to 256 MiB, inflated up to 64 GiB and 256-fold, fail at the first damage. */
    public static ReadOptions defaults() {
        return DEFAULTS;
    }

    public ReadOptions withCompression(Compression value) {
        return new ReadOptions(Optional.of(value), maxRecordBytes, maxInflatedBytes, maxRatio, onDamage);
    }

    public ReadOptions withMaxRecordBytes(int value) {
        return new ReadOptions(compression, value, maxInflatedBytes, maxRatio, onDamage);
    }

    public ReadOptions withMaxInflatedBytes(long value) {
        return new ReadOptions(compression, maxRecordBytes, value, maxRatio, onDamage);
    }

    public ReadOptions withMaxRatio(int value) {
        return new ReadOptions(compression, maxRecordBytes, maxInflatedBytes, value, onDamage);
    }

    public ReadOptions withOnDamage(DamagePolicy value) {
        return new ReadOptions(compression, maxRecordBytes, maxInflatedBytes, maxRatio, value);
    }
}
