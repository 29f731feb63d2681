/**
 * Batches for trainers of other makes: a ring of them in shared memory, and a socket on which consumers ask for them. It makes batches by
 * {@code jobs.input}; the command and programs call it, and no other job does.
 */
package org.batchmill.jobs.serve;
