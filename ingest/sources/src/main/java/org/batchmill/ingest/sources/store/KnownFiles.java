package org.batchmill.ingest.sources.store;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.batchmill.queues.threads.WorkerPool;

/**
 * What is known of files, for a minute, since a data set is looked at several times while it is opened and each look at a store takes its
 * time: that they were listed, sizes and times, versions that were opened. That a file is not there is never kept. Who asks for the size of one
 * file of a folder that was listed is likely to ask for the next ones: they are asked for side by side. Safe for use by many threads.
 */
final class KnownFiles {

    private static final long BELIEVED_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final int MOST_FILES = 1 << 18;
    private static final int MOST_FOLDERS = 256;

    /** Files that are asked for at once. */
    private static final int TOGETHER = 256;

    private record Known<T>(T what, long since) {

        static <T> Known<T> now(T what) {
            return new Known<>(what, System.nanoTime());
        }

        static <T> T believed(Known<T> known) {
            return known != null && System.nanoTime() - known.since < BELIEVED_NANOS ? known.what : null;
        }
    }

    /** A folder's files in order. */
    private record Listing(List<Path> files, Map<Path, Integer> places) {}

    private final Map<StorePath, Known<BasicFileAttributes>> files = bounded(MOST_FILES);
    private final Map<StorePath, Known<Version>> versions = bounded(MOST_FILES);

    /** Those that are being opened: a hint and whoever reads meet here. */
    private final Map<StorePath, FutureTask<Version>> opening = new ConcurrentHashMap<>();

    private final Map<StorePath, Known<Listing>> folders = bounded(MOST_FOLDERS);

    /** Data sets, whose listings are believed at and below these. */
    private final Set<StorePath> data = ConcurrentHashMap.newKeySet();

    /** Folders that this process writes to, as others may: a journal. No listing at or below them is believed. */
    private final Set<StorePath> written = ConcurrentHashMap.newKeySet();

    private static <K, V> Map<K, V> bounded(int most) {
        return Collections.synchronizedMap(new LinkedHashMap<>(16, .75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > most;
            }
        });
    }

    /** Asks the store about a file. */
    @FunctionalInterface
    interface Question {
        BasicFileAttributes ask(StorePath file) throws IOException;
    }

    /** Opens a file for reading. */
    @FunctionalInterface
    interface Opening {
        Version open(StorePath file) throws IOException;
    }

    /** Of an absolute path; of a file that was listed without asking for more than that. */
    BasicFileAttributes of(StorePath file, Question question) throws IOException {
        BasicFileAttributes known = Known.believed(files.get(file));
        return known == null ? asked(file, question) : known;
    }

    /** All of a file that was listed. */
    BasicFileAttributes asked(StorePath file, Question question) throws IOException {
        BasicFileAttributes kept = kept(file);
        if (kept == null) {
            Listing listing = file.getParent() == null ? null : listing(file.getParent());
            if (listing != null && !listing.places.containsKey(file)) {
                throw new NoSuchFileException(file.toString());
            }
            askForNeighbours(file, question);
            kept = kept(file);
        }
        return kept == null ? ask(file, question) : kept;
    }

    /** Null if it is not known, or only listed. */
    BasicFileAttributes kept(StorePath file) {
        BasicFileAttributes known = Known.believed(files.get(file));
        return known instanceof Listed ? null : known;
    }

    /** Asks about one file and no other. */
    BasicFileAttributes ask(StorePath file, Question question) throws IOException {
        BasicFileAttributes attributes = question.ask(file);
        files.put(file, Known.now(attributes));
        return attributes;
    }

    /** Null if it was not opened. */
    Version opened(StorePath file) {
        return Known.believed(versions.get(file));
    }

    /** The version of a file that readers share; it is opened once, however many want it at one time. */
    Version open(StorePath file, Opening how) throws IOException {
        Version kept = opened(file);
        if (kept != null) {
            return kept;
        }
        FutureTask<Version> mine = new FutureTask<>(() -> {
            Version version = how.open(file);
            versions.put(file, Known.now(version));
            return version;
        });
        FutureTask<Version> other = opening.putIfAbsent(file, mine);
        if (other != null) {
            WorkerPool.awaitFully(other);
            return open(file, how); // which tells why, if that one could not
        }
        try {
            mine.run();
            return WorkerPool.result(mine);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException(file + ": interrupted").initCause(e);
        } finally {
            opening.remove(file, mine);
        }
    }

    /** One that cannot be told of is asked for again by whoever wants it, who then hears why. */
    private void askForNeighbours(StorePath file, Question question) {
        StorePath parent = file.getParent();
        Known<Listing> known = parent == null ? null : folders.get(parent);
        Listing listing = known == null ? null : known.what;
        Integer place = listing == null ? null : listing.places.get(file);
        if (place == null) {
            return;
        }
        List<Future<BasicFileAttributes>> asked = new ArrayList<>();
        for (Path each : listing.files.subList(place, Math.min(place + TOGETHER, listing.files.size()))) {
            StorePath neighbour = (StorePath) each;
            if (kept(neighbour) == null) {
                asked.add(Connections.submit(() -> ask(neighbour, question)));
            }
        }
        Connections.awaitAll(asked);
    }

    /** A listing named a file or a folder, and told which of them it is. */
    void listed(StorePath path, boolean folder, Question question) {
        if (kept(path) == null) {
            files.put(path, Known.now(new Listed(path, folder, this, question)));
        }
    }

    /** A folder was listed. */
    void listed(StorePath folder, List<Path> found) {
        List<Path> sorted = found.stream().sorted().toList();
        Map<Path, Integer> places = new HashMap<>();
        for (int i = 0; i < sorted.size(); i++) {
            places.put(sorted.get(i), i);
        }
        folders.put(folder, Known.now(new Listing(sorted, places)));
    }

    /** From now on what is listed at and below a folder is believed: a data set is looked at in many ways before one of them fits. */
    void isData(StorePath folder) {
        data.add(folder);
    }

    /** From now on nothing that is listed at and below a folder is believed, data or not. */
    void isWritten(StorePath folder) {
        written.add(folder);
    }

    /** What is in a folder, sorted; null if that is not known, or not believed. */
    List<Path> filesIn(StorePath folder) {
        Listing listing = listing(folder);
        return listing == null ? null : listing.files;
    }

    private Listing listing(StorePath folder) {
        Listing listing = Known.believed(folders.get(folder));
        return listing != null && isAtOrBelow(folder, data) && !isAtOrBelow(folder, written) ? listing : null;
    }

    private static boolean isAtOrBelow(StorePath folder, Set<StorePath> some) {
        for (StorePath each = folder; each != null; each = each.getParent()) {
            if (some.contains(each)) {
                return true;
            }
        }
        return false;
    }

    /** A file is about to be another, or gone. */
    void forget(StorePath file) {
        forget(file, file.getParent());
    }

    /** A folder is about to be made. */
    void forgetFolder(StorePath folder) {
        forget(folder, folder);
    }

    private void forget(StorePath path, StorePath writtenTo) {
        files.remove(path);
        versions.remove(path);
        if (path.getParent() != null) {
            folders.remove(path.getParent());
        }
        if (writtenTo != null) {
            written.add(writtenTo);
        }
    }
}
