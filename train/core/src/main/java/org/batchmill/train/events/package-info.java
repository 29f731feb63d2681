/**
 * What TensorBoard shows of a run: scalars, histograms, images, the graph and the hyper-parameters, as event files. Called by the
 * loop through {@link org.batchmill.train.events.EventHook} and by the jobs. Needs nothing of TensorFlow.
 */
package org.batchmill.train.events;
