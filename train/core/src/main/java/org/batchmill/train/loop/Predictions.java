package org.batchmill.train.loop;

import org.batchmill.batches.Batch;

/** The outputs of a network for batches of any number of rows. Used by one thread at a time. */
final class Predictions {

    private final Predictor predictor;

    Predictions(Predictor predictor) {
        this.predictor = predictor;
    }

    /** [rows][outputSize]. */
    float[] of(Batch batch) {
        int outputSize = predictor.spec().network().output().size();
        float[] outputs = new float[batch.size() * outputSize];
        MicroBatches pieces = new MicroBatches(batch, predictor.spec());
        for (int piece = 0; piece < pieces.count(); piece++) {
            float[] its = new float[pieces.rows(piece) * outputSize];
            predictor.predict(pieces.pixels(piece), pieces.rows(piece), its);
            System.arraycopy(its, 0, outputs, pieces.firstRow(piece) * outputSize, its.length);
        }
        return outputs;
    }
}
