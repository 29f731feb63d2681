/**
 * Record files as sources of samples, and what is done with whole record files: reading at random or in order, verifying,
 * repairing. Jobs and the command line use this package; the formats themselves are in {@link org.batchmill.records.tfrecord}
 * and {@link org.batchmill.records.arrow}.
 */
package org.batchmill.records.files;
