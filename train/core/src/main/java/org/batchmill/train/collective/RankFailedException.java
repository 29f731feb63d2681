package org.batchmill.train.collective;

import java.io.IOException;

/** Another rank of the gang failed and said why, in one line; all ranks end with it. */
public final class RankFailedException extends IOException {

    private static final long serialVersionUID = 1;

    private final int rank;
    private final String line;

    /** @param line what the rank said */
    public RankFailedException(int rank, String line) {
        super("rank " + rank + ": " + line);
        this.rank = rank;
        this.line = line;
    }

    /** Which one. */
    public int rank() {
        return rank;
    }

    /** What it said. */
    public String line() {
        return line;
    }
}
