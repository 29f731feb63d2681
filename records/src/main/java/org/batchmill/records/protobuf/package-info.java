/** The wire format of protocol buffers, read within bounds and written: for tf.Example and for the graphs of models. Any package may call it. */
package org.batchmill.records.protobuf;
