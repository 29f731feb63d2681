package org.batchmill.jobs.task;

import java.nio.ByteBuffer;
import org.batchmill.augment.draw.Canvas;
import org.batchmill.augment.draw.Rgb;
import org.batchmill.batches.Batch;

/** The rows of a batch as images for people. Stateless. */
public final class BatchCanvas {

    /** Smaller images are shown larger, for a name to fit onto them. */
    private static final int SMALLEST_SIDE = 224;

    private BatchCanvas() {}

    /** One row of a batch of bytes, enlarged by a whole factor where it is small; the caller closes it. */
    public static Canvas of(Batch batch, int row) {
        int bytes = batch.height() * batch.width() * batch.channels();
        ByteBuffer pixels = batch.pixels().slice(row * bytes, bytes);
        Canvas image = Canvas.copyOf(pixels, batch.height(), batch.width(), batch.channels());
        int factor = (SMALLEST_SIDE - 1) / Math.max(batch.height(), batch.width()) + 1;
        if (factor == 1) {
            return image;
        }
        try (image) {
            Canvas larger = Canvas.blank(factor * batch.width(), factor * batch.height(), Rgb.BLACK);
            larger.image(image, 0, 0, larger.width(), larger.height());
            return larger;
        }
    }
}
