/** The engine on ND4J SameDiff: the customer's named engine and the reference that others are compared with. */
package org.batchmill.engine.nd4j;
