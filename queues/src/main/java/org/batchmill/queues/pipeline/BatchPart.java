package org.batchmill.queues.pipeline;

/**
 * What a finished batch holds of the whole.
 *
 * @param firstRow  the number of its first row in the whole batch
 * @param rows      that are written, from row 0 on; 0 where a last, smaller batch has none for this pipeline
 * @param totalRows of the whole batch, in all pipelines that share it
 */
public record BatchPart(int firstRow, int rows, int totalRows) {}
