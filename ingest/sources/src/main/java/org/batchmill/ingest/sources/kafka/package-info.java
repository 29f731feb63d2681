/**
 * Topics as streams of samples that can be gone back to: order is written into a journal before it is learnt from, and a position in it
 * is a line of text that belongs into a checkpoint. Knows nothing of training; used by the jobs.
 */
package org.batchmill.ingest.sources.kafka;
