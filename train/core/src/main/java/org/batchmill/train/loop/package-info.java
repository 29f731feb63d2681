/**
 * The training loop and its services: evaluation, early stopping, averages of weights, resuming. Engine-free: it sees a compiled
 * {@link org.batchmill.train.engine.Program}, a {@link org.batchmill.train.task.Task} and batches. Called by the jobs and by users.
 */
package org.batchmill.train.loop;
