package org.batchmill.queues;

import java.util.List;

/**
 * An element of several components, or a batch of such elements, each component then with a dimension more in front. It does not copy
 * arrays: who enqueues a tuple leaves them as they are.
 *
 * @param components in the order of the queue's; never null
 */
public record Tuple(List<Object> components) {

    public Tuple {
        components = List.copyOf(components);
    }

    public static Tuple of(Object... components) {
        return new Tuple(List.of(components));
    }

    /** @throws ClassCastException if the component is of another type */
    public <T> T get(int component, Class<T> type) {
        return type.cast(components.get(component));
    }
}
