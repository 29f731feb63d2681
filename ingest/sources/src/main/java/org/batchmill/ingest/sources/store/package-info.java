/**
 * Files that lie elsewhere, in whatever a {@code java.nio.file} provider on the class path reaches: {@link
 * org.batchmill.ingest.sources.store.Places} makes a path of what a user wrote, and such paths are read by blocks, ahead and over several
 * connections, asked for again when that fails, and kept on this machine where a cache is asked for. Nothing here knows of any one
 * provider. Everything above may call this package; what reads files needs not, since its paths are those of {@code java.nio.file}.
 */
package org.batchmill.ingest.sources.store;
