/**
 * Samples as Arrow IPC files and streams: picture bytes and labels as typed columns, which any Arrow reader opens. Files are
 * mapped into memory when they are read. Jobs and sources use this package.
 */
package org.batchmill.records.arrow;
