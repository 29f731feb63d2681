/**
 * A graph of operations, ND4J's and our own, its memory and its schedule. Knows arrays and no layers; called by the layers and by the
 * program.
 */
package org.batchmill.engine.nd4j.plan;
