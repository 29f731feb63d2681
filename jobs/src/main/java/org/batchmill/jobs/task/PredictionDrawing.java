package org.batchmill.jobs.task;

import org.batchmill.augment.draw.Canvas;
import org.batchmill.batches.Batch;
import org.batchmill.records.DataException;

/** What a network says of an image, drawn onto it beside what is true. Stateless. */
public interface PredictionDrawing {

    /** Draws the prediction of one row; returns it in words. */
    String draw(Canvas image, Batch batch, int row, float[] outputs);

    /** How wrong a row is: the larger the worse, in whatever unit the task has. */
    double mistake(Batch batch, int row, float[] outputs) throws DataException;
}
