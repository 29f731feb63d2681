/**
 * TFRecord files: framed, checksummed records of bytes, plain or compressed as a whole, read in order or at random through an
 * index file. Damage is found and located; the records around it are recovered when that is asked for. It knows nothing of what
 * the records hold; {@link org.batchmill.records.example} does.
 */
package org.batchmill.records.tfrecord;
