/** Gangs on libtorch's c10d: ranks meet at a TCPStore and exchange over Gloo, on processors. Found by {@code train.collective}'s provider. */
package org.batchmill.collective;
