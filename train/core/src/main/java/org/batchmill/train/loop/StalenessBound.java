package org.batchmill.train.loop;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps gradients from becoming staler than they may: the staleness of a gradient is how many updates were made since its worker pulled the
 * weights that it is of. Of the workers that hold weights each has a deadline, the update by which its gradient must be made. A gradient is
 * applied only if all others could still be applied in the order of their deadlines; weights are handed out only to so many workers at a
 * time that this stays so. Nothing is thrown away, and the worker with the earliest deadline never waits, so that none waits for ever.
 * Not thread-safe.
 */
final class StalenessBound {

    private final long most;
    /** By worker: the update after which the weights were pulled that it works on. */
    private final Map<Integer, Long> pulled = new HashMap<>();

    /** @param most updates that may come between; negative for any number */
    StalenessBound(int most) {
        this.most = most < 0 ? Long.MAX_VALUE / 2 : most;
    }

    /** Whether a worker may be handed the weights now. */
    boolean mayPull() {
        return pulled.size() <= most;
    }

    /** A worker is handed the weights that so many updates made. */
    void pulls(int worker, long updates) {
        if (!mayPull()) {
            throw new IllegalStateException("worker " + worker + " would come too late");
        }
        pulled.put(worker, updates);
    }

    /** Whether a worker's gradient may be applied, as the update that follows {@code updates}. */
    boolean mayApply(int worker, long updates) {
        List<Long> others = pulled.entrySet().stream()
                .filter(its -> its.getKey() != worker)
                .map(Map.Entry::getValue)
                .sorted(Comparator.naturalOrder())
                .toList();
        for (int i = 0; i < others.size(); i++) {
            if (updates + 1 + i - others.get(i) > most) {
                return false;
            }
        }
        return true;
    }

    /** A worker's gradient is applied, as the update that follows {@code updates}; returns how stale it is. */
    int applies(int worker, long updates) {
        return Math.toIntExact(updates - pulled.remove(worker));
    }

    /** A worker has nothing to apply, and no weights any more. */
    void leaves(int worker) {
        pulled.remove(worker);
    }
}
