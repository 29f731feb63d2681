/**
 * Layers as operations of a graph. Called by the compiler of networks alone.
 */
package org.batchmill.engine.nd4j.layer;
