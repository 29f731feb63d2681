package org.batchmill.jobs.gang;

import java.util.List;

/**
 * How all ranks of a gang ended, and so whether they are to be started again: a rank that ends by itself because something is wrong says
 * so on all ranks, and would say it again; a rank that was lost is worth another try.
 *
 * @param ranks all, by number
 */
public record Endings(List<EndedRank> ranks) {

    /** What a process says that lost another: docs/cli.md. */
    public static final int LOST = 5;

    /** What a process says that was stopped behind a checkpoint: docs/cli.md. */
    public static final int STOPPED = 4;

    /** Of {@link #exitCode}: start again. */
    public static final int AGAIN = -1;

    private static final int LARGEST_OF_OURS = 3;
    private static final int SIGNALS = 128;

    public Endings {
        ranks = List.copyOf(ranks);
    }

    /**
     * The exit code of ranks that came to an end of their own; {@link #AGAIN} if some were lost.
     *
     * @param stopRequested whether they were asked to end, however they did
     */
    public int exitCode(boolean stopRequested) {
        for (EndedRank rank : ranks) {
            if (rank.exitCode() >= 1 && rank.exitCode() <= LARGEST_OF_OURS) {
                return rank.exitCode();
            }
        }
        boolean inOrder = ranks.stream().allMatch(rank -> rank.exitCode() == 0 || rank.exitCode() == STOPPED);
        return inOrder || stopRequested ? ranks.get(0).exitCode() : AGAIN;
    }

    /** How many ranks were lost, rather than having lost others. */
    public int countLost() {
        return (int) ranks.stream()
                .filter(rank -> rank.killed() || isLost(rank.exitCode()))
                .count();
    }

    private static boolean isLost(int exitCode) {
        return exitCode != LOST && exitCode != 0;
    }

    /** One line about the rank that was lost first, as far as that can be told. */
    public String lost() {
        for (EndedRank rank : ranks) {
            if (rank.exitCode() > SIGNALS && !rank.killed()) {
                return "rank " + rank.number() + " was ended by signal " + (rank.exitCode() - SIGNALS);
            }
        }
        for (EndedRank rank : ranks) {
            if (rank.killed()) {
                return "rank " + rank.number() + " did not answer";
            }
        }
        for (EndedRank rank : ranks) {
            if (isLost(rank.exitCode())) {
                return "rank " + rank.number() + " ended with exit code " + rank.exitCode();
            }
        }
        return "the ranks lost each other";
    }
}
