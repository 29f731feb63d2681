/**
 * Data sets, drives and topics packed into record shards, and record files verified: what a user asks for as plain values, what came of
 * it as lines and keys. Apart from the other jobs, so that who trains does not inherit Beam.
 */
package org.batchmill.jobs.pack;
