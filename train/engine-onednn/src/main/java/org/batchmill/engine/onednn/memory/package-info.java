/**
 * What an operation works on: tensors with their layouts, parameters with gradients and slots, native memory by its address. The lowest
 * room of the engine; called by all others.
 */
package org.batchmill.engine.onednn.memory;
