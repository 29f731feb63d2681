/**
 * Parameters with gradients and slots, and the values of arrays as Java reads and writes them. The lowest room of the engine; called by all
 * others.
 */
package org.batchmill.engine.nd4j.memory;
