package org.batchmill.jobs;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.batchmill.records.UsageException;
import org.batchmill.records.storage.LockFile;

/**
 * Keeps a second job from writing to the same place, in this process or another; where that is in a store, another of this machine. The
 * system frees it when a process dies; a job that ends leaves nothing of it, and no folder that was made for it and in which nothing came to be. Used by one thread.
 */
public final class OutputLock implements AutoCloseable {

    private static final String OF_A_FOLDER = ".batchmill.lock";

    private final List<LockFile> held = new ArrayList<>();
    private final List<Path> made = new ArrayList<>();

    private OutputLock() {}

    /** For a job that writes nothing. */
    public static OutputLock none() {
        return new OutputLock();
    }

    /**
     * Takes a folder for what a job writes in it, which is made if it is not there.
     *
     * @throws UsageException if another job holds it
     */
    public static OutputLock ofFolder(Path folder) throws IOException {
        OutputLock lock = new OutputLock();
        lock.take(folder, folder, folder.resolve(OF_A_FOLDER));
        return lock;
    }

    /**
     * Takes files that a job writes; the folders that they lie in are made.
     *
     * @throws UsageException if another job holds one of them
     * @throws IOException    if one of them is a folder
     */
    public static OutputLock ofFiles(Collection<Path> files) throws IOException {
        for (Path file : files) {
            if (Files.isDirectory(file)) {
                throw new IOException(file + ": cannot be written: it is a folder");
            }
        }
        OutputLock lock = new OutputLock();
        for (Path file : files) {
            Path folder = file.toAbsolutePath().getParent();
            lock.take(file, folder, folder.resolve("." + file.getFileName() + ".lock"));
        }
        return lock;
    }

    private void take(Path place, Path folder, Path there) throws IOException {
        Path file = LockFile.standIn(there);
        boolean taken = false;
        try {
            makeFolder(folder);
            held.add(LockFile.take(file).orElseThrow(() -> refused(place, file)));
            taken = true;
        } finally {
            if (!taken) {
                close();
            }
        }
    }

    private static UsageException refused(Path place, Path file) {
        String holder;
        try {
            holder = LockFile.holder(file);
        } catch (IOException e) {
            holder = ""; // who it is matters less than that there is one
        }
        return new UsageException(
                place + ": another job writes here" + (holder.isEmpty() ? "" : " (process " + holder + ")"));
    }

    private void makeFolder(Path folder) throws IOException {
        List<Path> missing = new ArrayList<>();
        for (Path one = folder.toAbsolutePath(); one != null && Files.notExists(one); one = one.getParent()) {
            missing.add(0, one);
        }
        Files.createDirectories(folder);
        made.addAll(missing);
    }

    @Override
    public void close() throws IOException {
        for (LockFile file : held) {
            file.remove();
        }
        held.clear();
        for (int i = made.size() - 1; i >= 0; i--) {
            try {
                Files.deleteIfExists(made.get(i));
            } catch (DirectoryNotEmptyException e) {
                break;
            }
        }
        made.clear();
    }
}
