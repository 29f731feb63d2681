/**
 * Served batches between machines, over Arrow Flight: a record batch is a training batch, with a tensor a column. {@link
 * org.batchmill.flight.FlightBatches} is the client; the server's side is found by {@code jobs.serve}, which knows what is said and who takes
 * what. Any Arrow client can read the same stream; docs/serve.md says how.
 */
package org.batchmill.flight;
