package org.batchmill.train.host;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Owns native objects. While a network is compiled, and in each step, an engine has a scope open that frees what is made in passing; what
 * is kept is retained here and outlives the scope. Used by one thread at a time.
 *
 * @param <T> the engine's native objects
 */
public final class Handles<T> implements AutoCloseable {

    private final Consumer<T> retain;
    private final Consumer<T> release;
    private final List<T> kept = new ArrayList<>();

    /**
     * @param retain  takes an object out of the scope that is open
     * @param release gives it back
     */
    public Handles(Consumer<T> retain, Consumer<T> release) {
        this.retain = retain;
        this.release = release;
    }

    /** Retains an object until {@link #close()}, and returns it. */
    public <P extends T> P keep(P object) {
        retain.accept(object);
        kept.add(object);
        return object;
    }

    /** Releases all, the last first. */
    @Override
    public void close() {
        for (int i = kept.size() - 1; i >= 0; i--) {
            release.accept(kept.get(i));
        }
        kept.clear();
    }
}
