package org.batchmill.jobs.predict;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.batchmill.jobs.CsvField;
import org.batchmill.records.UsageException;
import org.batchmill.records.storage.PendingFile;
import org.batchmill.records.storage.Storage;
import org.batchmill.train.task.LikelyClass;

/**
 * The files that predictions go to, seen by nobody before {@link #commit()}. A table (RFC 4180) has the columns {@code path, class,
 * probability, class2, probability2 ...} and last {@code error}; a file of lines has an object of JSON for each image. Used by one thread.
 */
final class PredictionFiles implements AutoCloseable {

    private static final String TABLE = ".csv";
    private static final String LINES = ".jsonl";

    private final List<PendingFile> lines = new ArrayList<>();
    private final List<PendingFile> tables = new ArrayList<>();
    private final int top;

    private PredictionFiles(int top) {
        this.top = top;
    }

    /**
     * Begins the files, in folders that exist.
     *
     * @param wanted as {@link #wanted(Path)} names them
     * @param top    classes of each image
     */
    static PredictionFiles open(List<Path> wanted, int top) throws IOException {
        PredictionFiles files = new PredictionFiles(top);
        try {
            for (Path file : wanted) {
                boolean table = file.toString().endsWith(TABLE);
                (table ? files.tables : files.lines).add(Storage.of(file).create(file));
            }
            files.head();
            return files;
        } catch (IOException | RuntimeException e) {
            files.close();
            throw e;
        }
    }

    /**
     * The files that belong to a place.
     *
     * @throws UsageException if it is neither a folder nor a file of predictions
     */
    static List<Path> wanted(Path out) {
        String name = Objects.toString(out.getFileName(), ""); // a root has none
        boolean folder = Files.isDirectory(out) || !name.contains(".");
        if (!folder && !name.endsWith(TABLE) && !name.endsWith(LINES)) {
            throw new UsageException(out + ": predictions go to a folder, to NAME" + TABLE + " or to NAME" + LINES);
        }
        return folder ? List.of(out.resolve("predictions" + LINES), out.resolve("predictions" + TABLE)) : List.of(out);
    }

    private void head() throws IOException {
        StringBuilder line = new StringBuilder("path");
        for (int i = 1; i <= top; i++) {
            String number = i == 1 ? "" : Integer.toString(i);
            line.append(",class").append(number).append(",probability").append(number);
        }
        write(tables, line.append(",error").toString());
    }

    void add(ImagePrediction prediction) throws IOException {
        write(lines, prediction.toJson());
        StringBuilder line = new StringBuilder(CsvField.of(prediction.path().toString()));
        for (int i = 0; i < top; i++) {
            line.append(',');
            if (i < prediction.top().size()) {
                LikelyClass likely = prediction.top().get(i);
                line.append(CsvField.of(likely.name())).append(',').append(likely.probability());
            } else {
                line.append(',');
            }
        }
        line.append(',').append(prediction.error() == null ? "" : CsvField.of(prediction.error()));
        write(tables, line.toString());
    }

    private static void write(List<PendingFile> files, String line) throws IOException {
        for (PendingFile file : files) {
            file.write(ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8)));
        }
    }

    /** Gives the files their names. */
    void commit() throws IOException {
        for (PendingFile file : lines) {
            file.commit();
        }
        for (PendingFile file : tables) {
            file.commit();
        }
    }

    @Override
    public void close() throws IOException {
        for (PendingFile file : lines) {
            file.close();
        }
        for (PendingFile file : tables) {
            file.close();
        }
    }
}
