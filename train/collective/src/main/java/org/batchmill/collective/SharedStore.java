package org.batchmill.collective;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.batchmill.queues.threads.WorkerPool;
import org.batchmill.train.collective.GangAddress;
import org.batchmill.train.collective.LostRankException;
import org.bytedeco.pytorch.StringVector;
import org.bytedeco.pytorch.TCPStore;
import org.bytedeco.pytorch.TCPStoreOptions;

/**
 * Rank 0's store, which it serves to all ranks, asked so that nobody waits without end: natives do, whatever their own timeout, for the answer of a
 * process that is stopped, or of another program at its port. So a thread of its own asks, one question at a time, and whoever wants to
 * know waits as long as he will. Safe for any threads.
 */
final class SharedStore implements AutoCloseable {

    private final GangAddress address;
    private final WorkerPool asking = new WorkerPool("gang-store", 1);
    private TCPStore store;
    /** One question was not answered, and holds the thread. */
    private volatile boolean silent;

    private SharedStore(GangAddress address) {
        this.address = address;
    }

    /**
     * Reaches it; rank 0 serves it from then on.
     *
     * @throws LostRankException if it cannot be served, or is not reached in time
     */
    static SharedStore open(GangAddress address) {
        SharedStore shared = new SharedStore(address);
        try {
            shared.store = shared.ask(address.patience().multipliedBy(2), none -> connect(address));
            return shared;
        } catch (RuntimeException e) {
            shared.asking.close();
            throw new LostRankException(
                    address.rank() == 0
                            ? "rank 0 cannot listen at " + Meeting.place(address) + ": " + reason(e)
                            : "rank " + address.rank() + " does not reach rank 0 at " + Meeting.place(address)
                                    + " within " + address.patience().toSeconds() + " s",
                    e);
        }
    }

    private static TCPStore connect(GangAddress address) {
        try (TCPStoreOptions options = new TCPStoreOptions()) {
            // A port above 32767 is the same 16 bits.
            options.port((short) address.port())
                    .isServer(address.rank() == 0)
                    .waitWorkers(false)
                    .timeout(Meeting.millis(address.patience()));
            return new TCPStore(address.host(), options);
        }
    }

    private static String reason(Throwable e) {
        return String.valueOf(e.getMessage()).contains("EADDRINUSE") ? "the port is in use" : Meeting.firstLine(e);
    }

    /** As long as ranks are waited for. */
    <T> T ask(Function<TCPStore, T> question) {
        return ask(address.patience(), question);
    }

    /**
     * Asks, and waits for the answer without heeding interrupts, which are kept for later, as natives do.
     *
     * @throws LostRankException if no answer comes in time, to this question or to an earlier one
     * @throws RuntimeException  what the natives throw
     */
    <T> T ask(Duration patience, Function<TCPStore, T> question) {
        if (silent) {
            throw noAnswer(null);
        }
        Future<T> answer = asking.submit(() -> question.apply(store));
        long end = System.nanoTime() + patience.toNanos();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return answer.get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (TimeoutException e) {
            silent = true;
            throw noAnswer(e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException its) {
                throw its;
            }
            throw new IllegalStateException(e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Makes a text known under a name: when this returns, every rank finds it. */
    void post(String name, String text) {
        ask(their -> {
            their.set(name, coded(text));
            // It answers questions, not orders: when this one is answered, on the same connection, it has the text.
            return has(their, name);
        });
    }

    /** What was posted under a name; null if nothing was. */
    String posted(String name) {
        return ask(
                their -> has(their, name) ? URLDecoder.decode(their.get_to_str(name), StandardCharsets.UTF_8) : null);
    }

    /** {@link #post}, unless something is posted under the name: which then stays. */
    void postFirst(String name, String text) {
        ask(their -> their.compareSet(name, "", coded(text)));
    }

    /** In letters that every locale has: JavaCPP hands texts over in the machine's own charset. */
    private static String coded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    boolean isPosted(String name) {
        return ask(their -> has(their, name));
    }

    private static boolean has(TCPStore store, String name) {
        try (StringVector names = new StringVector(name)) {
            return store.check(names);
        }
    }

    /** Of a store that failed, or does not answer: it is rank 0's. */
    LostRankException noAnswer(Exception failure) {
        return new LostRankException("rank 0 at " + Meeting.place(address) + " has ended or does not answer", failure);
    }

    /** Whether a question holds the thread, and what the natives need. */
    boolean isSilent() {
        return silent;
    }

    /** Ends its server where this is rank 0. What a question still holds is left to the end of the process. */
    @Override
    public void close() {
        try {
            if (!silent) {
                ask(their -> {
                    their.close();
                    return null;
                });
            }
        } catch (LostRankException e) {
            return; // the thread is held
        } finally {
            asking.close();
        }
    }
}
