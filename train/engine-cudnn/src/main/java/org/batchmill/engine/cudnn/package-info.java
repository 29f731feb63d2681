/**
 * The engine on cuDNN, for NVIDIA GPUs from Turing on, as far as it could be checked without one: finding the driver, the device and
 * NVIDIA's libraries; kernels, their compilation and its cache. It does not run networks yet; {@link GpuCheck} is what a machine with
 * a GPU runs first. Found by {@link java.util.ServiceLoader}; nothing else calls it.
 */
package org.batchmill.engine.cudnn;
