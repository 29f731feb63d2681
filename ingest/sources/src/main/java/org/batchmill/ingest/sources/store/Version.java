package org.batchmill.ingest.sources.store;

import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;

/**
 * A file of a store as it was when it was opened. One that has changed since is another.
 *
 * @param name     as users write it
 * @param provided the provider's own path
 * @param size     in bytes
 * @param modified when it last changed
 * @param tag      what the provider tells versions apart by, an ETag for instance; null where it has none
 */
record Version(String name, Path provided, long size, FileTime modified, String tag) {

    static Version of(StorePath path, Path provided, BasicFileAttributes attributes) {
        Object key = attributes.fileKey();
        return new Version(
                path.toString(),
                provided,
                attributes.size(),
                attributes.lastModifiedTime(),
                key == null ? null : key.toString());
    }
}
