package org.batchmill.train.collective;

import java.time.Duration;
import java.util.List;
import org.batchmill.train.engine.NativeFloats;

/**
 * The ranks of a gang as one of them sees it. Every rank makes the same calls in the same order; a call returns when all ranks made it,
 * or fails. Each call has a deadline: how long it may wait for another rank, not how long it may work.
 *
 * <p>Sums are taken in an order that follows from the number of ranks and the number of values alone, and every rank gets the same
 * bits: so a run with the same number of ranks is the same bit for bit.
 *
 * <p>After a {@link LostRankException} nothing but {@link #close()} works: a gang that lost somebody is over, and a new one is formed by
 * whoever formed this one. Used by one thread at a time, but that one may receive while another sends.
 */
public interface Collective extends AutoCloseable {

    /** Any rank, to receive from. */
    int ANY = -1;

    /** Which of the ranks this is, from 0. Rank 0 is the one that writes files and talks to people. */
    int rank();

    /** How many ranks there are. */
    int size();

    /**
     * Replaces the values by their sum over all ranks, in place.
     *
     * @throws LostRankException if a rank ends, or does not come within the deadline
     */
    void sum(NativeFloats values, Duration deadline);

    /** A sum that goes on beside the caller. */
    @FunctionalInterface
    interface PendingSum {

        /**
         * Returns when the values are replaced. Called once.
         *
         * @throws LostRankException as in {@link #sum}; the values may still be written to until all that were begun were waited for
         */
        void await();
    }

    /**
     * {@link #sum} that need not wait for the others. Until it was {@linkplain PendingSum#await waited for} the values are not touched. All
     * ranks begin the same sums in the same order, among their other calls too. One that cannot do so sums at once.
     */
    default PendingSum beginSum(NativeFloats values, Duration deadline) {
        sum(values, deadline);
        return () -> {};
    }

    /**
     * Replaces the values by those of one rank.
     *
     * @param root the rank whose values all have afterwards
     * @throws LostRankException as in {@link #sum}
     */
    void broadcast(NativeFloats values, int root, Duration deadline);

    /**
     * What each rank has to say, by rank: on every rank the same list.
     *
     * @param text this rank's; short, since it costs a step as much as a small sum
     * @throws LostRankException as in {@link #sum}
     */
    List<String> gather(String text, Duration deadline);

    /**
     * Returns when every rank came here.
     *
     * @throws LostRankException as in {@link #sum}
     */
    void barrier(Duration deadline);

    /**
     * Sends values to one rank, which is to {@linkplain #receive receive} as many by the same tag. Values by one tag arrive in the order in
     * which they were sent. May wait until they are received.
     *
     * @param tag from 0, for each kind of message another
     * @throws LostRankException if that rank is gone
     */
    void send(NativeFloats values, int to, int tag, Duration deadline);

    /**
     * Receives values that were sent to this rank.
     *
     * @param values overwritten; as many as were sent
     * @param from   the rank that sends, or {@link #ANY}
     * @return the rank that sent
     * @throws LostRankException if nothing comes within the deadline, or the rank is gone: of {@link #ANY} any of them
     */
    int receive(NativeFloats values, int from, int tag, Duration deadline);

    /**
     * Makes a text known to all ranks under a name that has none yet, or this one: when this returns, each of them finds it. From any thread,
     * beside all other calls.
     *
     * @throws LostRankException if rank 0 is gone
     */
    void post(String name, String text);

    /**
     * What was {@linkplain #post posted} under a name; null if nothing was. From any thread.
     *
     * @throws LostRankException if rank 0 is gone
     */
    String posted(String name);

    /** Forgets what was posted under a name. From any thread. */
    void forget(String name);

    /** Leaves the gang. Others that still wait for this rank fail. */
    @Override
    void close();
}
