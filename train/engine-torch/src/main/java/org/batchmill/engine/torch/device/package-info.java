/**
 * libtorch on this machine: which build is loaded and from where, GPUs and their drivers, tensors and their way to the host. The lowest
 * room of the engine; called by all others.
 */
package org.batchmill.engine.torch.device;
