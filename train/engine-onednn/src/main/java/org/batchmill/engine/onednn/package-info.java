/** The CPU engine on oneDNN. */
package org.batchmill.engine.onednn;
