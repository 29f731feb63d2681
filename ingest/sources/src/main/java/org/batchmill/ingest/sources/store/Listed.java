package org.batchmill.ingest.sources.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;

/**
 * A file or folder as a listing named it, which tells which of them it is and nothing more. Size, time and tag of a file are asked of the store
 * when they are wanted; folders have none.
 *
 * @param path     absolute
 * @param known    which remembers the answer
 * @param question what asks the store
 */
record Listed(StorePath path, boolean isDirectory, KnownFiles known, KnownFiles.Question question)
        implements BasicFileAttributes {

    private static final FileTime NEVER = FileTime.fromMillis(0);

    /** @throws UncheckedIOException if the store does not say, or the file is gone */
    private BasicFileAttributes asked() {
        try {
            return known.asked(path, question);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public boolean isRegularFile() {
        return !isDirectory;
    }

    @Override
    public boolean isSymbolicLink() {
        return false;
    }

    @Override
    public boolean isOther() {
        return false;
    }

    @Override
    public long size() {
        return isDirectory ? 0 : asked().size();
    }

    @Override
    public FileTime lastModifiedTime() {
        return isDirectory ? NEVER : asked().lastModifiedTime();
    }

    @Override
    public FileTime lastAccessTime() {
        return lastModifiedTime();
    }

    @Override
    public FileTime creationTime() {
        return lastModifiedTime();
    }

    @Override
    public Object fileKey() {
        return isDirectory ? null : asked().fileKey();
    }
}
