/**
 * Batches that another process makes: the file that holds them for those of this machine, a client that takes them, and what those say to each
 * other who carry them to other machines. {@code jobs.serve} is the other side. What is said is described in docs/serve.md; the package uses
 * records alone and has no natives.
 */
package org.batchmill.batches.served;
