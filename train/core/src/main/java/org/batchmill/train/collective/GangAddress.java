package org.batchmill.train.collective;

import java.time.Duration;
import org.batchmill.records.UsageException;

/**
 * Where a rank meets the others.
 *
 * @param rank    of whoever asks, from 0
 * @param size    how many ranks there are
 * @param host    where rank 0 listens, a name or an address that all ranks reach
 * @param port    rank 0's; 0 for whoever is rank 0: any that is free there
 * @param patience how long to wait for ranks that have not come yet
 */
public record GangAddress(int rank, int size, String host, int port, Duration patience) {

    public GangAddress {
        if (size < 1 || rank < 0 || rank >= size) {
            throw new UsageException(
                    "rank " + rank + " of " + size + " makes no sense: ranks count from 0 to one below their number");
        }
        if (port < (rank == 0 ? 0 : 1) || port > 65535) {
            throw new UsageException("port " + port + " makes no sense: ports count from 1 to 65535");
        }
    }

    /** The same at another port. */
    public GangAddress at(int other) {
        return new GangAddress(rank, size, host, other, patience);
    }
}
