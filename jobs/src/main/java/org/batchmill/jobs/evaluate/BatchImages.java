package org.batchmill.jobs.evaluate;

import java.io.IOException;
import java.util.List;
import org.batchmill.augment.draw.Annotations;
import org.batchmill.augment.draw.Canvas;
import org.batchmill.augment.draw.ContactSheet;
import org.batchmill.batches.Batch;
import org.batchmill.jobs.task.BatchCanvas;
import org.batchmill.train.events.EventWriter;
import org.batchmill.train.loop.Hook;
import org.batchmill.train.loop.LoopControl;
import org.batchmill.train.loop.StepReport;

/** Puts training batches into the event file as the network sees them, with their boxes, classes or angles. */
public final class BatchImages implements Hook {

    private static final int MOST_ROWS = 16;
    private static final int COLUMNS = 4;
    private static final int CELL = 224;

    private final EventWriter events;
    private final List<String> classes;
    private final long every;

    /**
     * @param classes give the boxes their colours
     * @param every   steps between two images, the first behind step 1
     */
    public BatchImages(EventWriter events, List<String> classes, long every) {
        this.events = events;
        this.classes = classes;
        this.every = every;
    }

    @Override
    public void onStepped(LoopControl loop, StepReport report, Batch batch) throws IOException {
        // A rank of a gang may have no row of a batch.
        if (batch.size() == 0
                || batch.format() != Batch.Format.UINT8_NHWC
                || (report.step() != 1 && report.step() % every != 0)) {
            return;
        }
        int height = Math.max(1, CELL * batch.height() / Math.max(batch.height(), batch.width()));
        int width = Math.max(1, CELL * batch.width() / Math.max(batch.height(), batch.width()));
        try (ContactSheet sheet = new ContactSheet("", COLUMNS, width, height)) {
            for (int row = 0; row < Math.min(batch.size(), MOST_ROWS); row++) {
                Canvas image = BatchCanvas.of(batch, row);
                Annotations.draw(image, batch.labels(row), classes);
                sheet.add(image, batch.id(row).value());
            }
            try (Canvas drawn = sheet.draw()) {
                events.image("batch", drawn.height(), drawn.width(), 3, drawn.png(), report.step());
            }
        }
    }
}
