/**
 * What files say of NVIDIA's GPUs, driver and libraries on a machine, before any native is loaded: engines that use them ask here first.
 * Called by engines alone.
 */
package org.batchmill.train.host.gpu;
