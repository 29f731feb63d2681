package org.batchmill.records.annotations;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.batchmill.records.AtomicFile;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;

/**
 * The steering log of a drive video, {@code epochNN_steering.csv}: a row a frame with the columns {@code
 * ts_micro,frame_index,wheel}, or the older {@code frame,wheel}. Rows belong to frames by index, not by time. Immutable.
 *
 * @param rows in the order of the file, frames ascending
 */
public record SteeringLog(List<Row> rows) {

    private static final List<String> COLUMNS = List.of("ts_micro", "frame_index", "wheel");
    private static final List<String> OLDER_COLUMNS = List.of("frame", "wheel");

    public SteeringLog {
        rows = List.copyOf(rows);
    }

    /**
     * The steering of one frame.
     *
     * @param microseconds since 1970; empty in logs of the older kind
     * @param frame        its number in the video, from 0
     * @param wheel        the steering value, as it was logged
     */
    public record Row(OptionalLong microseconds, long frame, float wheel) {}

    /**
     * Reads a log.
     *
     * @throws DataException if it has other columns, a value is no number, or a frame comes twice or too late; names the line
     */
    public static SteeringLog read(Path file) throws IOException {
        List<String> lines = FolderFiles.lines(file);
        List<String> columns = lines.isEmpty()
                ? List.of()
                : Arrays.stream(lines.get(0).split(",", -1)).map(String::strip).toList();
        if (!columns.equals(COLUMNS) && !columns.equals(OLDER_COLUMNS)) {
            throw new DataException(
                    Kind.UNSUPPORTED,
                    file + ": line 1",
                    "the columns must be " + String.join(",", COLUMNS) + " or " + String.join(",", OLDER_COLUMNS));
        }
        List<Row> rows = new ArrayList<>();
        for (int i = 1; i < lines.size(); i++) {
            if (!lines.get(i).isEmpty()) {
                String where = file + ": line " + (i + 1);
                Row row = row(lines.get(i), columns.size(), where);
                if (!rows.isEmpty() && row.frame <= rows.get(rows.size() - 1).frame) {
                    throw new DataException(
                            Kind.BAD_ANNOTATION, where, "frame " + row.frame + " does not follow the one before");
                }
                rows.add(row);
            }
        }
        return new SteeringLog(rows);
    }

    private static Row row(String line, int columns, String where) throws DataException {
        String[] fields = line.split(",", -1);
        if (fields.length != columns) {
            throw new DataException(Kind.BAD_ANNOTATION, where, fields.length + " values instead of " + columns);
        }
        OptionalLong time = columns == COLUMNS.size()
                ? OptionalLong.of(Numbers.parseIndex(fields[0].strip(), where))
                : OptionalLong.empty();
        long frame = Numbers.parseIndex(fields[columns - 2].strip(), where);
        return new Row(time, frame, (float) Numbers.parse(fields[columns - 1].strip(), where));
    }

    /** Writes the log, atomically; of the older kind if its first row has no time. */
    public void write(Path file) throws IOException {
        boolean timed = rows.isEmpty() || rows.get(0).microseconds.isPresent();
        StringBuilder text = new StringBuilder(String.join(",", timed ? COLUMNS : OLDER_COLUMNS)).append('\n');
        for (Row row : rows) {
            if (timed) {
                text.append(row.microseconds.orElse(0)).append(',');
            }
            text.append(row.frame).append(',').append(row.wheel).append('\n');
        }
        AtomicFile.write(file, text.toString().getBytes(StandardCharsets.UTF_8));
    }
}
