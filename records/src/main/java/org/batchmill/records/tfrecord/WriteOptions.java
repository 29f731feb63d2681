package org.batchmill.records.tfrecord;

import org.batchmill.records.UsageException;

/**
 * How record files are written.
 *
 * @param compression of the whole file
 * @param index       whether an index file is written beside it; only for plain files
 */
public record WriteOptions(Compression compression, boolean index) {

    /** Plain, with an index. */
    public static final WriteOptions PLAIN = new WriteOptions(Compression.NONE, true);

    public WriteOptions {
        if (index && compression != Compression.NONE) {
            throw new UsageException("a compressed record file cannot have an index");
        }
    }

    /** No index. */
    public static WriteOptions compressed(Compression compression) {
        return new WriteOptions(compression, false);
    }
}
