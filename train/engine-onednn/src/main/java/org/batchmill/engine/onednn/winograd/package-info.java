/**
 * Winograd's convolutions but for the products: the linear transforms, and how images and kernels are cut into tiles for them. Plain Java on
 * float buffers; only the engine uses it.
 */
package org.batchmill.engine.onednn.winograd;
