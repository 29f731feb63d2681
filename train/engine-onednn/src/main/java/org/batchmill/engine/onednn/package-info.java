/**
 * The engine on oneDNN, for CPUs. Found through {@link java.util.ServiceLoader}; nothing here is public but the engine itself. What needs no
 * natives lies in {@link org.batchmill.engine.onednn.winograd}.
 */
package org.batchmill.engine.onednn;
