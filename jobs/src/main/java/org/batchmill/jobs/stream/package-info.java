/**
 * Models at work on the messages of a topic: each is answered once. Where messages come from and answers go is of {@code ingest/sources};
 * what a model says of a sample is of the rooms of its task.
 */
package org.batchmill.jobs.stream;
