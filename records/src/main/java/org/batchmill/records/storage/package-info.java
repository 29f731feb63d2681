/**
 * Where files lie and how they come to be: everything that Batchmill writes is created through {@link org.batchmill.records.storage.Storage},
 * so that a file is there whole or not at all. What grows while it is read, such as the log of a run, is a {@link
 * org.batchmill.records.storage.GrowingFile}. Any module may call this package; none writes files beside it (a test of the architecture
 * says so and names the exceptions).
 */
package org.batchmill.records.storage;
