/**
 * Several processes that train one network together: what they exchange, and that they agree. Programs are compiled and batches made
 * elsewhere; {@code train.loop} calls this at fixed places of a step. Implementations are found by {@link java.util.ServiceLoader}.
 */
package org.batchmill.train.collective;
