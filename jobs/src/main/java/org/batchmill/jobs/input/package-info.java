/** From a source of samples to the batches that a job trains or evaluates on: the pipeline with the decoder and its memory. */
package org.batchmill.jobs.input;
