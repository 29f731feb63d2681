package org.batchmill.train.monitor;

import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import org.batchmill.batches.Batch;
import org.batchmill.records.DataException;
import org.batchmill.records.TextFields;
import org.batchmill.records.storage.GrowingFile;
import org.batchmill.records.storage.Storage;
import org.batchmill.train.loop.Evaluation;
import org.batchmill.train.loop.Hook;
import org.batchmill.train.loop.LoopControl;
import org.batchmill.train.loop.StepReport;
import org.batchmill.train.loop.TrainingResult;

/**
 * Writes metrics.csv: a line a step, and for each evaluation a line of its own. A run that is resumed goes on in its file; lines of
 * steps behind its checkpoint, which will be done again, are cut off. Used by one thread at a time; closed by its owner.
 */
public final class MetricsCsv implements Hook, Closeable {

    private static final String HEADER =
            "step,loss,learning_rate,gradient_norm,images_per_second,waited_share,validation_loss,metric";

    /** Whoever looks on sees a step after so long. */
    private static final long FLUSH_NANOS = 1_000_000_000L;

    private final Path file;
    private final Map<String, DoubleSupplier> more;
    private BufferedWriter out;
    private long flushed = System.nanoTime();

    public MetricsCsv(Path file) {
        this(file, Map.of());
    }

    /** @param more further columns of the lines of steps, by name, in the map's order; NaN leaves a field empty */
    public MetricsCsv(Path file, Map<String, DoubleSupplier> more) {
        this.file = file;
        this.more = more;
    }

    @Override
    public void onStarted(LoopControl loop) throws IOException {
        close();
        StringBuilder kept = new StringBuilder(HEADER);
        more.keySet().forEach(name -> kept.append(',').append(name));
        kept.append('\n');
        if (loop.step() > 0 && Files.exists(file)) {
            List<String> lines = lines(file);
            for (int i = 1; i < lines.size(); i++) {
                if (row(lines.get(i), place(file, i)).step() <= loop.step()) {
                    kept.append(lines.get(i)).append('\n');
                }
            }
        }
        Storage.write(file, kept.toString().getBytes(StandardCharsets.UTF_8));
        out = new BufferedWriter(Channels.newWriter(GrowingFile.append(file), StandardCharsets.UTF_8));
    }

    @Override
    public void onStepped(LoopControl loop, StepReport report, Batch batch) throws IOException {
        StringBuilder line = line(new MetricsRow(
                report.step(),
                report.loss(),
                report.learningRate(),
                report.gradientNorm(),
                report.pace().imagesPerSecond(),
                report.pace().waitedShare(),
                Double.NaN,
                Double.NaN));
        more.values().forEach(value -> append(line, value.getAsDouble()));
        out.append(line).append('\n');
        long now = System.nanoTime();
        if (now - flushed >= FLUSH_NANOS) {
            flushed = now;
            out.flush();
        }
    }

    @Override
    public void onEvaluated(LoopControl loop, Evaluation evaluation) throws IOException {
        out.append(line(new MetricsRow(
                        evaluation.step(),
                        Double.NaN,
                        Double.NaN,
                        Double.NaN,
                        Double.NaN,
                        Double.NaN,
                        evaluation.loss(),
                        evaluation.metric())))
                .append('\n');
        out.flush();
    }

    @Override
    public void onSaved(LoopControl loop, Path checkpoint) throws IOException {
        out.flush();
    }

    @Override
    public void onEnded(LoopControl loop, TrainingResult result) throws IOException {
        out.flush();
    }

    private static StringBuilder line(MetricsRow row) {
        StringBuilder line = new StringBuilder().append(row.step());
        double[] values = {
            row.loss(),
            row.learningRate(),
            row.gradientNorm(),
            row.imagesPerSecond(),
            row.waitedShare(),
            row.validationLoss(),
            row.metric()
        };
        for (double value : values) {
            append(line, value);
        }
        return line;
    }

    private static void append(StringBuilder line, double value) {
        line.append(',').append(Double.isNaN(value) ? "" : Double.toString(value));
    }

    /**
     * Reads a file that this class wrote. A last line that a killed process left half is passed over.
     *
     * @throws DataException if another line cannot be read
     */
    public static List<MetricsRow> read(Path file) throws IOException {
        List<MetricsRow> rows = new ArrayList<>();
        List<String> lines = lines(file);
        for (int i = 1; i < lines.size(); i++) {
            rows.add(row(lines.get(i), place(file, i)));
        }
        return rows;
    }

    /** Its whole lines, the header first. */
    private static List<String> lines(Path file) throws IOException {
        String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    }

    private static String place(Path file, int line) {
        return file + ": line " + (line + 1);
    }

    private static MetricsRow row(String line, String where) throws DataException {
        List<String> fields = TextFields.of(line, ',');
        try {
            double[] values = new double[fields.size()];
            for (int i = 1; i < values.length; i++) {
                values[i] = fields.get(i).isEmpty() ? Double.NaN : Double.parseDouble(fields.get(i));
            }
            return new MetricsRow(
                    Long.parseLong(fields.get(0)),
                    values[1],
                    values[2],
                    values[3],
                    values[4],
                    values[5],
                    values[6],
                    values[7]);
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            throw new DataException(DataException.Kind.CORRUPT, where, "is no line of metrics: " + line, e);
        }
    }

    @Override
    public void close() throws IOException {
        if (out != null) {
            out.close();
            out = null;
        }
    }
}
