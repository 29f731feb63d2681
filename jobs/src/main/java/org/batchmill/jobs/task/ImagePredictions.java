package org.batchmill.jobs.task;

import java.io.IOException;
import org.batchmill.augment.draw.Canvas;
import org.batchmill.jobs.report.RunSummary;
import org.batchmill.records.SampleSource;

/** Predictions drawn onto images from all over the validation data. */
final class ImagePredictions {

    private static final int IMAGES = 12;

    private ImagePredictions() {}

    /** Nothing of a stream, which cannot be read again. */
    static void add(Predictions predictions, RunSummary summary, PredictionDrawing drawing)
            throws IOException, InterruptedException {
        SampleSource source = predictions.validation() == null ? predictions.training() : predictions.validation();
        if (source instanceof SampleSource.Indexed indexed) {
            predictions.each(indexed, IMAGES, (batch, outputs) -> {
                for (int row = 0; row < batch.size(); row++) {
                    try (Canvas image = BatchCanvas.of(batch, row)) {
                        String caption = drawing.draw(image, batch, row, outputs);
                        summary.prediction(caption + " \u2014 " + batch.id(row).value(), image.png());
                    }
                }
            });
        }
    }

    /** The caption of a sample whose label is of another kind. */
    static String noTarget() {
        return "no truth";
    }
}
