package org.batchmill.queues;

/** An element with the decision whether it goes into a batch, for {@link Batching#maybe}. */
public record Candidate<E>(boolean keep, E value) {}
