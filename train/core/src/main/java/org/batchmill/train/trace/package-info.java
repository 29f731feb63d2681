/**
 * The timeline of a run as a Chrome trace: what the input stages and the layers did when. Called by the jobs and, through a hook, by
 * the loop. Opens in Perfetto and in chrome://tracing.
 */
package org.batchmill.train.trace;
