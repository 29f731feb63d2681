package org.batchmill.records.annotations;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.batchmill.records.InputFile;

/**
 * The bytes of small data sets' images, so that the second epoch does not read them again: opening, reading into fresh memory and closing takes a
 * tenth of the time of decoding. A file that has changed since, or is another one, is read anew. What came first is kept, up to 64 MB and to a
 * sixteenth of the heap. Files that lie in a store are not: it keeps what it fetched itself. Safe for use by many threads.
 */
final class KeptFiles {

    private static final long MOST_BYTES =
            Math.min(64 << 20, Runtime.getRuntime().maxMemory() / 16);

    /** A file's bytes, which nobody changes, and what told it apart when they were read. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Kept(FileTime modified, Object key, byte[] bytes) {

        boolean isOf(BasicFileAttributes file) {
            return bytes.length == file.size()
                    && modified.equals(file.lastModifiedTime())
                    && Objects.equals(key, file.fileKey());
        }
    }

    private final Map<Path, Kept> all = new ConcurrentHashMap<>();
    private final AtomicLong total = new AtomicLong();
    private final long most;

    KeptFiles() {
        this(MOST_BYTES);
    }

    /** @param most bytes of all that is kept */
    KeptFiles(long most) {
        this.most = most;
    }

    /**
     * All bytes of a file; the caller does not change them.
     *
     * @param largest of the sizes that are read
     * @throws org.batchmill.records.DataException as {@link InputFile#bytes}
     */
    byte[] bytes(Path file, long largest) throws IOException {
        // Asked before the file is read: what changes in between is of another time when it is asked for again.
        BasicFileAttributes now = attributes(file);
        Kept kept = now == null ? null : all.get(file);
        if (kept != null && kept.isOf(now)) {
            return kept.bytes;
        }
        byte[] bytes = InputFile.bytes(file, largest);
        if (now != null && bytes.length == now.size()) {
            keep(file, new Kept(now.lastModifiedTime(), now.fileKey(), bytes));
        }
        return bytes;
    }

    private void keep(Path file, Kept fresh) {
        Kept former = all.get(file);
        long more = (long) fresh.bytes.length - (former == null ? 0 : former.bytes.length);
        if (total.addAndGet(more) > most) {
            total.addAndGet(-more);
        } else if (former == null ? all.putIfAbsent(file, fresh) != null : !all.replace(file, former, fresh)) {
            total.addAndGet(-more); // another thread kept it meanwhile
        }
    }

    /** Null of a file that is not kept, or cannot be asked, which whoever reads it tells. */
    private static BasicFileAttributes attributes(Path file) throws IOException {
        if (file.getFileSystem() != FileSystems.getDefault()) {
            return null;
        }
        try {
            return Files.readAttributes(file, BasicFileAttributes.class);
        } catch (FileSystemException e) {
            return null;
        }
    }
}
