/**
 * Data sets of our own, drawn and not downloaded: shapes with boxes, digits, a road with its steering angles. The demo and the
 * tests learn from them; {@code batchmill sample} writes them to a folder.
 */
package org.batchmill.jobs.samples;
