/**
 * A network while it is compiled and when it is: operations of oneDNN and of our own, put together in the order in which they run, with
 * the tape by which they are differentiated. Knows tensors and no layers; called by the layers and by the program.
 */
package org.batchmill.engine.onednn.plan;
