/**
 * The engine on libtorch, for GPUs and for CPUs: the device is one value, and all else is the same. Found through
 * {@link java.util.ServiceLoader}; users see the engine itself, what is public in its rooms is so for the other rooms.
 */
package org.batchmill.engine.torch;
