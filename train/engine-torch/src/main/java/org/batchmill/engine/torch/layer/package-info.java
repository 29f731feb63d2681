/**
 * Layers as operations. Called by the compiler of networks alone.
 */
package org.batchmill.engine.torch.layer;
