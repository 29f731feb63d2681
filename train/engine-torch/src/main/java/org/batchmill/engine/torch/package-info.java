/**
 * The engine on libtorch, for GPUs and for CPUs: the device is one value, and all else is the same. Found through
 * {@link java.util.ServiceLoader}; nothing here is public but the engine itself.
 */
package org.batchmill.engine.torch;
