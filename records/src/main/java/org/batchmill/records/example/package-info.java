/**
 * The protocol buffer messages inside record files, tf.train.Example and tf.train.SequenceExample, read in place without copying
 * image bytes, and how a {@link org.batchmill.records.Sample} is spelled in them. The wire format is read and written by hand
 * because generated code would copy every image. Readers and writers of record files use this package.
 */
package org.batchmill.records.example;
