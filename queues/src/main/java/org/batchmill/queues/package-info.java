/** Bounded queues with the semantics of TensorFlow, runners and a coordinator. Uses nothing of Batchmill. */
package org.batchmill.queues;
