/**
 * Samples as Arrow IPC files and streams: image bytes and labels as typed columns, which any Arrow reader opens. Files and
 * streams are read by code of our own, which believes nothing that it has not checked; Arrow's library writes. Jobs and sources use this package.
 */
package org.batchmill.records.arrow;
