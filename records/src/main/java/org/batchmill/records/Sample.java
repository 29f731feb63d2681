package org.batchmill.records;

import java.util.Objects;

/**
 * One example: what it shows, what is known of it, and its name. Immutable, and safe to hand between threads.
 *
 * @param id      its name
 * @param content an encoded image, pixels or numbers
 * @param labels  what is known of it
 */
public record Sample(SampleId id, Content content, Labels labels) {
    public Sample {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(content, "content");
        Objects.requireNonNull(labels, "labels");
    }
}
