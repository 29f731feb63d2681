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
 * whoever formed this one. Used by one thread at a time.
 */
public interface Collective extends AutoCloseable {

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

    /** Leaves the gang. Others that still wait for this rank fail. */
    @Override
    void close();
}
