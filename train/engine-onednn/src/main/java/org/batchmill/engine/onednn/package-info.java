/**
 * The engine on oneDNN, for CPUs. Found through {@link java.util.ServiceLoader}; users see the engine itself, what is public in its rooms is so
 * for the other rooms. What needs no natives lies in {@link org.batchmill.engine.onednn.winograd}.
 */
package org.batchmill.engine.onednn;
