/**
 * Bounded queues with the semantics of TensorFlow, the runners and the coordinator of the threads that fill them, and batching.
 * Uses nothing of Batchmill and no library; any module may call it. What trainers use is the pipeline built on it.
 */
package org.batchmill.queues;
