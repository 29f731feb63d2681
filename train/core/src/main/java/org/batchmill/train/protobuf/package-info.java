/**
 * Protocol-buffer messages, written only. Event files, ONNX and TensorFlow graphs need a dozen message types and no reading: a writer of
 * a hundred lines does it without generated classes, whose version would have to agree with that of every other library on the class
 * path, and without copying weights. What it writes is checked by TensorFlow's and ONNX Runtime's own readers in the integration tests.
 */
package org.batchmill.train.protobuf;
