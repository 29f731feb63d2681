package org.batchmill.ingest.sources.store;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * What is known of files: sizes and times, for a minute, since a data set is looked at several times while it is opened and each look at a
 * store takes its time. That a file is not there is never kept. Who asks for one file of a folder that was listed is likely to ask for the
 * next ones: they are asked for side by side. Safe for use by many threads.
 */
final class KnownFiles {

    private static final long BELIEVED_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final int MOST_FILES = 1 << 18;
    private static final int MOST_FOLDERS = 64;

    /** Files that are asked for at once. */
    private static final int TOGETHER = 256;

    private record Known(BasicFileAttributes attributes, long since) {}

    /** A folder's files in order. */
    private record Listing(List<Path> files, Map<Path, Integer> places) {}

    private final Map<StorePath, Known> files = bounded(MOST_FILES);
    private final Map<StorePath, Listing> folders = bounded(MOST_FOLDERS);

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

    /** Of an absolute path. */
    BasicFileAttributes of(StorePath file, Question question) throws IOException {
        BasicFileAttributes kept = kept(file);
        if (kept != null) {
            return kept;
        }
        askForNeighbours(file, question);
        kept = kept(file);
        return kept == null ? ask(file, question) : kept;
    }

    /** Null if it is not known. */
    BasicFileAttributes kept(StorePath file) {
        Known known = files.get(file);
        return known != null && System.nanoTime() - known.since < BELIEVED_NANOS ? known.attributes : null;
    }

    /** Asks about one file and no other. */
    BasicFileAttributes ask(StorePath file, Question question) throws IOException {
        BasicFileAttributes attributes = question.ask(file);
        files.put(file, new Known(attributes, System.nanoTime()));
        return attributes;
    }

    /** One that cannot be told of is asked for again by whoever wants it, who then hears why. */
    private void askForNeighbours(StorePath file, Question question) {
        StorePath parent = file.getParent();
        Listing listing = parent == null ? null : folders.get(parent);
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

    /** A folder was listed. */
    void listed(StorePath folder, List<Path> found) {
        List<Path> sorted = found.stream().sorted().toList();
        Map<Path, Integer> places = new HashMap<>();
        for (int i = 0; i < sorted.size(); i++) {
            places.put(sorted.get(i), i);
        }
        folders.put(folder, new Listing(sorted, places));
    }

    /** A file is about to be another, or gone. */
    void forget(StorePath file) {
        files.remove(file);
        if (file.getParent() != null) {
            folders.remove(file.getParent());
        }
    }
}
