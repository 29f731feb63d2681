package org.batchmill.queues;

import java.util.ArrayList;
import java.util.List;

/**
 * Several elements with a decision for each whether it goes into a batch, for {@link Batching#maybeMany}. Immutable.
 *
 * @param keep   as many as there are values
 * @param values in order
 */
public record Candidates<E>(List<Boolean> keep, List<E> values) {

    /** @throws IllegalArgumentException if there is not one decision a value */
    public Candidates {
        keep = List.copyOf(keep);
        values = List.copyOf(values);
        if (keep.size() != values.size()) {
            throw new IllegalArgumentException(
                    keep.size() + " decisions to keep do not fit " + values.size() + " elements");
        }
    }

    /** The values that are kept, in order. */
    List<E> kept() {
        List<E> kept = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            if (keep.get(i)) {
                kept.add(values.get(i));
            }
        }
        return kept;
    }
}
