/** The engine on oneDNN, for CPUs. Found through {@link java.util.ServiceLoader}; nothing here is public but the engine itself. */
package org.batchmill.engine.onednn;
