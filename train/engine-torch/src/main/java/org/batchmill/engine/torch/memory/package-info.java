/**
 * What lives longer than a step: parameters with gradients and slots in buffers, the layouts of activations, constants. Called by the rooms
 * above and by the program.
 */
package org.batchmill.engine.torch.memory;
