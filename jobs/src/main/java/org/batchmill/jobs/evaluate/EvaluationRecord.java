package org.batchmill.jobs.evaluate;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import org.batchmill.augment.draw.Canvas;
import org.batchmill.augment.draw.ContactSheet;
import org.batchmill.batches.Batch;
import org.batchmill.jobs.JsonLine;
import org.batchmill.jobs.task.BatchCanvas;
import org.batchmill.jobs.task.NetworkTask;
import org.batchmill.jobs.task.PredictionDrawing;
import org.batchmill.records.DataException;
import org.batchmill.records.storage.GrowingFile;
import org.batchmill.train.events.EventWriter;
import org.batchmill.train.loop.Evaluation;
import org.batchmill.train.loop.Hook;
import org.batchmill.train.loop.LoopControl;
import org.batchmill.train.task.TaskMetrics;

/**
 * Keeps what evaluations found beside their numbers: a JSON line each in {@code evaluations.jsonl}, and in the event file predictions for
 * samples from all over the validation data and for those that were got most wrong. A resumed run adds lines of steps that it does
 * again; the last of a step counts. Used by the loop's thread.
 */
public final class EvaluationRecord implements Hook {

    /** The list's name in the run folder. */
    public static final String FILE = "evaluations.jsonl";

    private static final int SHOWN = 8;
    private static final int COLUMNS = 4;
    private static final int CELL = 224;

    private final Path file;
    private final NetworkTask task;
    private final EventWriter events;
    private Look look;

    public EvaluationRecord(Path run, NetworkTask task, EventWriter events) {
        this.file = run.resolve(FILE);
        this.task = task;
        this.events = events;
    }

    @Override
    public TaskMetrics measuring(LoopControl loop, TaskMetrics metrics) {
        forget();
        look = new Look(metrics, task.drawing());
        return look;
    }

    @Override
    public void onEvaluated(LoopControl loop, Evaluation evaluation) throws IOException {
        if (look == null) {
            return; // another rank evaluated
        }
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("step", evaluation.step());
        line.putAll(task.detail(look.metrics));
        if (line.size() > 1) {
            GrowingFile.appendLine(file, JsonLine.of(line));
        }
        image("validation/predictions", look.spread, evaluation.step());
        List<Pictured> worst = new ArrayList<>(look.worst);
        worst.sort(Look.BY_MISTAKE.reversed());
        look.worst.clear();
        image("validation/worst", worst, evaluation.step());
        events.flush();
        forget();
    }

    private void forget() {
        if (look != null) {
            look.spread.forEach(one -> one.image().close());
            look.worst.forEach(one -> one.image().close());
            look = null;
        }
    }

    private void image(String tag, List<Pictured> pictures, long step) throws IOException {
        if (pictures.isEmpty()) {
            return;
        }
        Canvas first = pictures.get(0).image();
        int longer = Math.max(first.height(), first.width());
        int height = Math.max(1, CELL * first.height() / longer);
        int width = Math.max(1, CELL * first.width() / longer);
        try (ContactSheet sheet = new ContactSheet("", COLUMNS, width, height)) {
            pictures.forEach(one -> sheet.add(one.image(), one.caption()));
            pictures.clear(); // the sheet closes them
            try (Canvas drawn = sheet.draw()) {
                events.image(tag, drawn.height(), drawn.width(), 3, drawn.png(), step);
            }
        }
    }

    /** A sample with what was said of it drawn in. */
    private record Pictured(double mistake, Canvas image, String caption) {}

    /** Metrics that look at each row on its way. */
    private static final class Look implements TaskMetrics {

        static final Comparator<Pictured> BY_MISTAKE = Comparator.comparingDouble(Pictured::mistake);

        private final TaskMetrics metrics;
        private final PredictionDrawing drawing;
        private final List<Pictured> spread = new ArrayList<>();
        private final PriorityQueue<Pictured> worst = new PriorityQueue<>(BY_MISTAKE);
        private long rows;
        private long every = 1;

        Look(TaskMetrics metrics, Optional<PredictionDrawing> drawing) {
            this.metrics = metrics;
            this.drawing = drawing.orElse(null);
        }

        @Override
        public void add(Batch batch, float[] outputs) throws DataException {
            metrics.add(batch, outputs);
            if (drawing == null || batch.format() != Batch.Format.UINT8_NHWC) {
                return;
            }
            for (int row = 0; row < batch.size(); row++) {
                double mistake = drawing.mistake(batch, row, outputs);
                if (rows++ % every == 0) {
                    spread.add(pictured(batch, row, outputs, mistake));
                    if (spread.size() == 2 * SHOWN) {
                        thin();
                    }
                }
                if (mistake > 0
                        && (worst.size() < SHOWN || mistake > worst.element().mistake())) {
                    worst.add(pictured(batch, row, outputs, mistake));
                    if (worst.size() > SHOWN) {
                        worst.remove().image().close();
                    }
                }
            }
        }

        /** However many samples there are, those that are kept lie equally far apart. */
        private void thin() {
            every *= 2;
            for (int i = spread.size() - 1; i > 0; i -= 2) {
                spread.remove(i).image().close();
            }
        }

        private Pictured pictured(Batch batch, int row, float[] outputs, double mistake) {
            Canvas image = BatchCanvas.of(batch, row);
            String caption = drawing.draw(image, batch, row, outputs);
            // Of a caption that is too long its end is shown.
            return new Pictured(mistake, image, batch.id(row).value() + ": " + caption);
        }

        @Override
        public Map<String, Double> scores() {
            return metrics.scores();
        }
    }
}
