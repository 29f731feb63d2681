/**
 * Batches that another process of this machine makes: the file that holds them, and a client that takes them. {@code jobs.serve} is the other
 * side. What travels on the socket is described in docs/serve.md; it uses records alone and has no natives.
 */
package org.batchmill.batches.served;
