package org.batchmill.train.collective;

import java.io.IOException;

/** Another rank of the gang failed and said why, in one line; all ranks end with it. */
public final class RankFailedException extends IOException {

    private static final long serialVersionUID = 1;

    RankFailedException(int rank, String line) {
        super("rank " + rank + ": " + line);
    }
}
