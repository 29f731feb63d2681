package org.batchmill.ingest.sources.store;

import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A file of a store as it was when it was opened. One that has changed since is another.
 *
 * @param name     as users write it
 * @param provided the provider's own path
 * @param size     in bytes
 * @param modified when it last changed; null where only its size is known
 * @param tag      what the provider tells versions apart by, an ETag for instance; null where it has none; where only the size is known, a
 *                 number of its own: what was opened twice may have changed in between
 */
record Version(String name, Path provided, long size, FileTime modified, String tag) {

    private static final AtomicLong OPENED = new AtomicLong();

    static Version of(StorePath path, Path provided, BasicFileAttributes attributes) {
        Object key = attributes.fileKey();
        return new Version(
                path.toString(),
                provided,
                attributes.size(),
                attributes.lastModifiedTime(),
                key == null ? null : key.toString());
    }

    /** One of which nothing is known but its size. */
    static Version opened(String name, Path provided, long size) {
        return new Version(name, provided, size, null, "opened " + OPENED.incrementAndGet());
    }

    /** Whether it is known apart from all others, in other processes too. */
    boolean isTold() {
        return modified != null;
    }
}
