/**
 * Trained networks as files that other programs run: ONNX, and TensorFlow's frozen graphs. Both take pixels from 0 to 255 as floats, as
 * the network's first layer expects them, in the layout that is usual there, and any number of samples at a time. What has a meaning in
 * training only (dropout, noise) is left out.
 */
package org.batchmill.train.export;
