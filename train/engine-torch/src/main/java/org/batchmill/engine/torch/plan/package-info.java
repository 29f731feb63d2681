/**
 * What a step is made of: operations and how they are differentiated, input, loss and update, on the device. Knows tensors and no layers;
 * called by the layers and by the program.
 */
package org.batchmill.engine.torch.plan;
