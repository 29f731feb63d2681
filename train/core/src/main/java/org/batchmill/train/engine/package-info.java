/** The engine SPI: what compiles a network and runs its steps. Found by {@link java.util.ServiceLoader}. */
package org.batchmill.train.engine;
