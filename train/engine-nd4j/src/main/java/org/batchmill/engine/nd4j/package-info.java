/**
 * The engine on ND4J SameDiff: the customer's named engine and the reference that others are compared with. Users see the engine itself, what
 * is public in its rooms is so for the other rooms.
 */
package org.batchmill.engine.nd4j;
