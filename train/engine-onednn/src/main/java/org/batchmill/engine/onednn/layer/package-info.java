/**
 * Layers as operations: what each is made of, forward and back, Winograd's convolutions among them. Called by the compiler of networks
 * alone.
 */
package org.batchmill.engine.onednn.layer;
