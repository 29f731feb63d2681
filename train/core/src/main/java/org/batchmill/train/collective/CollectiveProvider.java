package org.batchmill.train.collective;

import java.util.ServiceLoader;
import java.util.function.IntConsumer;
import org.batchmill.records.MissingPartException;

/**
 * Forms gangs. Providers are found by {@link ServiceLoader}; loading one must not load natives: a missing native is told by {@link
 * #unavailable()}. Thread-safe.
 */
public interface CollectiveProvider {

    /** Why no gang can be formed here, in one line; null if one can. Loads natives. */
    String unavailable();

    /** {@link #join(GangAddress, IntConsumer)} for whoever knows the port. */
    default Collective join(GangAddress address) throws InterruptedException {
        return join(address, port -> {});
    }

    /**
     * Meets the others; returns when all ranks are there.
     *
     * @param listening on rank 0, hears at which port it listens, before any other rank is waited for
     * @return the caller closes it
     * @throws LostRankException if ranks do not come in time, rank 0 is not reached, or its port is taken; one line
     * @throws InterruptedException if this thread is interrupted while others are waited for; it has joined nothing then
     */
    Collective join(GangAddress address, IntConsumer listening) throws InterruptedException;

    /**
     * The one on the class path.
     *
     * @throws MissingPartException if there is none, or it cannot run here
     */
    static CollectiveProvider installed() {
        CollectiveProvider provider = ServiceLoader.load(CollectiveProvider.class)
                .findFirst()
                .orElseThrow(
                        () -> new MissingPartException("a gang needs the jars of lib/collective, which the launcher"
                                + " puts on the class path where --ranks is given"));
        String unavailable = provider.unavailable();
        if (unavailable != null) {
            throw new MissingPartException("no gang can be formed here: " + unavailable);
        }
        return provider;
    }
}
