package org.batchmill.queues.pipeline;

/**
 * The place of one element in a run: which epoch it was drawn in and how many elements were drawn before it. A function of the
 * seed and of the position alone, never of timing.
 *
 * @param seed     the run's seed
 * @param epoch    from 0
 * @param sequence from 0, counted over all epochs, skipped elements included
 */
public record Draw(long seed, long epoch, long sequence) {}
