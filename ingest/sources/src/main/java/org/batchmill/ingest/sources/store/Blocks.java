package org.batchmill.ingest.sources.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/**
 * Pieces of files of all stores: those that were read last, {@value #MOST} of {@value #BYTES} bytes, and those that are on their way. A
 * piece that several ask for is fetched once. Safe for use by many threads.
 */
final class Blocks {

    /** A record of a picture takes one or two; a request of so many bytes costs little more than its round trip. */
    static final int BYTES = 256 << 10;

    private static final int MOST = 256;

    /** Half of the room: what is fetched ahead must not push out what was fetched ahead before it. */
    private static final int MOST_UNREAD = MOST / 2;

    /**
     * Blocks that follow each other and are fetched one after the other over one connection: providers read ahead by themselves, S3's one block, which
     * is asked for twice where another connection fetches it.
     */
    static final int STRETCH = 4;

    private record Key(Version file, long number) {}

    /** By their last use, oldest first. Guarded by itself, as is {@link #UNREAD}. */
    private static final Map<Key, Future<byte[]>> KEPT = new LinkedHashMap<>(16, .75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Future<byte[]>> eldest) {
            boolean over = size() > MOST;
            if (over) {
                UNREAD.remove(eldest.getKey());
            }
            return over;
        }
    };

    /** Fetched ahead, and asked for by nobody yet. */
    private static final Set<Key> UNREAD = new HashSet<>();

    private static volatile BlockCache cache;

    private Blocks() {}

    /** From now on blocks are kept in a cache; null for none. */
    static void keepIn(BlockCache its) {
        cache = its;
    }

    /** Whether blocks are kept in a cache, for which the versions of files must be told. */
    static boolean areKept() {
        return cache != null;
    }

    /** A block, which may be on its way. */
    static Future<byte[]> get(Version file, long number) {
        Key key = new Key(file, number);
        synchronized (KEPT) {
            UNREAD.remove(key);
            return KEPT.computeIfAbsent(key, Blocks::submit);
        }
    }

    /** Fetches what will be read soon, as far as there is room for it. */
    static void soon(Version file, long offset, int length) {
        long end = Math.min(file.size(), offset + length);
        List<FutureTask<byte[]>> stretch = new ArrayList<>();
        for (long number = offset / BYTES; number * BYTES < end; number++) {
            Key key = new Key(file, number);
            synchronized (KEPT) {
                if (UNREAD.size() < MOST_UNREAD && !KEPT.containsKey(key)) {
                    FutureTask<byte[]> block = new FutureTask<>(() -> fetch(key));
                    UNREAD.add(key);
                    KEPT.put(key, block);
                    stretch.add(block);
                }
            }
            if (stretch.size() == STRETCH) {
                fetchInTurn(stretch);
                stretch = new ArrayList<>();
            }
        }
        fetchInTurn(stretch);
    }

    private static void fetchInTurn(List<FutureTask<byte[]>> blocks) {
        if (!blocks.isEmpty()) {
            Connections.hint(() -> {
                blocks.forEach(FutureTask::run);
                return null;
            });
        }
    }

    /** Whether something can be fetched ahead. */
    static boolean hasRoom() {
        synchronized (KEPT) {
            return UNREAD.size() < MOST_UNREAD;
        }
    }

    private static Future<byte[]> submit(Key key) {
        return Connections.submit(() -> fetch(key));
    }

    private static byte[] fetch(Key key) throws IOException {
        boolean there = false;
        try {
            byte[] bytes = fetched(key);
            there = true;
            return bytes;
        } finally {
            if (!there) {
                synchronized (KEPT) {
                    KEPT.remove(key); // whoever asks next asks the store
                    UNREAD.remove(key);
                }
            }
        }
    }

    private static byte[] fetched(Key key) throws IOException {
        long offset = key.number * BYTES;
        int length = (int) Math.min(BYTES, key.file.size() - offset);
        BlockCache kept = key.file.isTold() ? cache : null;
        byte[] bytes = kept == null ? null : kept.get(key.file, key.number, length);
        if (bytes == null) {
            bytes = Connections.read(key.file, offset, length);
            if (kept != null) {
                kept.put(key.file, key.number, bytes);
            }
        }
        return bytes;
    }
}
