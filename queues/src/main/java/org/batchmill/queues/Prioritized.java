package org.batchmill.queues;

import java.util.Objects;

/** An element of a {@link PriorityQueue}: the lowest priority leaves first. */
public record Prioritized<E>(long priority, E value) {

    public Prioritized {
        Objects.requireNonNull(value, "value");
    }
}
