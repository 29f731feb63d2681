package org.batchmill.ingest.sources.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import org.batchmill.queues.threads.WorkerPool;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.storage.Attempts;

/**
 * Threads that read from stores side by side, and the channels that they read through, of which the last used stay open: opening one is a
 * question to the store. All stores of the process share them. Safe for use by many threads.
 */
final class Connections {

    /** Of a round trip of 20 ms, so many answers a second are fifty times as many. */
    static final int COUNT = 32;

    /** A channel may hold two blocks that its provider read ahead. */
    private static final int MOST_IDLE = 128;

    /** Made when the first store is read. */
    private static final class Threads {
        private static final WorkerPool POOL = new WorkerPool("store", COUNT);

        private Threads() {}
    }

    private record Idle(Version file, SeekableByteChannel channel) {}

    /** The last used first. Guarded by itself. */
    private static final Deque<Idle> IDLE = new ArrayDeque<>();

    private Connections() {}

    /** Work that waits for a store and for nothing that is handed in here itself. */
    static <T> Future<T> submit(Callable<T> work) {
        return Threads.POOL.submit(work);
    }

    /** Work that nobody waits for; what comes of it is for those to see who ask again. */
    @SuppressWarnings("FutureReturnValueIgnored") // as said
    static void hint(Callable<?> work) {
        submit(work);
    }

    /** Waits for all to end, however they do. */
    static void awaitAll(List<? extends Future<?>> work) {
        work.forEach(WorkerPool::awaitFully);
    }

    /**
     * A file as it is now. Of providers that ask the store for its size when they open it, nothing more is asked; the channel is there for the
     * first that reads.
     */
    static Version open(StorePath path, Path provided) throws IOException {
        return Attempts.of(path.toString(), () -> {
            SeekableByteChannel channel = Files.newByteChannel(provided, StandardOpenOption.READ);
            boolean open = false;
            try {
                Version version = Version.opened(path.toString(), provided, channel.size());
                giveBack(new Idle(version, channel));
                open = true;
                return version;
            } finally {
                if (!open) {
                    channel.close();
                }
            }
        });
    }

    /**
     * Some bytes of a file.
     *
     * @throws DataException if the file has another size than it had, or is gone
     */
    static byte[] read(Version file, long offset, int length) throws IOException {
        return Attempts.of(file.name(), () -> {
            SeekableByteChannel channel = take(file, offset);
            boolean whole = false;
            try {
                byte[] bytes = read(file, channel, offset, length);
                whole = true;
                return bytes;
            } finally {
                if (whole) {
                    giveBack(new Idle(file, channel));
                } else {
                    channel.close();
                }
            }
        });
    }

    private static byte[] read(Version file, SeekableByteChannel channel, long offset, int length) throws IOException {
        if (channel.size() != file.size()) {
            throw new DataException(
                    Kind.CORRUPT,
                    file.name(),
                    "it changed while it was read: it had " + file.size() + " bytes and has " + channel.size()
                            + " now");
        }
        ByteBuffer bytes = ByteBuffer.allocate(length);
        channel.position(offset);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes) <= 0) {
                throw new IOException("the answer ends at byte " + (offset + bytes.position()) + " of " + file.size());
            }
        }
        return bytes.array();
    }

    /** One that was read up to there, if there is such: its provider may have read ahead. */
    private static SeekableByteChannel take(Version file, long offset) throws IOException {
        synchronized (IDLE) {
            Idle found = null;
            for (Idle idle : IDLE) {
                if (idle.file.equals(file) && (found == null || idle.channel.position() == offset)) {
                    found = idle;
                }
            }
            if (found != null) {
                IDLE.remove(found);
                return found.channel;
            }
        }
        return Files.newByteChannel(file.provided(), StandardOpenOption.READ);
    }

    private static void giveBack(Idle idle) throws IOException {
        Idle oldest;
        synchronized (IDLE) {
            IDLE.addFirst(idle);
            oldest = IDLE.size() > MOST_IDLE ? IDLE.removeLast() : null;
        }
        if (oldest != null) {
            oldest.channel.close();
        }
    }
}
