package org.batchmill.video;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;

/**
 * A steering log with its flaws counted: drives are recorded by hand, and a row that is missing or says NaN should cost a frame,
 * not the drive. The strict reading of the same format is {@link org.batchmill.records.annotations.SteeringLog}.
 *
 * @param rows       the good ones, frames ascending
 * @param badRows    no numbers, not finite, not in order, wrong number of columns
 * @param blankLines between rows
 */
record LogRows(List<Row> rows, boolean timed, int badRows, int blankLines, boolean crlf) {

    private static final long LARGEST_LOG = 1L << 30;

    /** A row; the time is 0 where the log has none. */
    record Row(long micros, long frame, float wheel) {}

    static LogRows read(Path file) throws IOException {
        if (Files.size(file) > LARGEST_LOG) {
            throw new DataException(Kind.TOO_LARGE, file.toString(), "a log of more than 1 GiB");
        }
        String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        boolean crlf = text.contains("\r\n");
        String[] lines = text.split("\r?\n", -1);
        List<String> columns =
                Arrays.stream(lines[0].split(",", -1)).map(String::strip).toList();
        int wheel = columns.indexOf("wheel");
        int frame = Math.max(columns.indexOf("frame_index"), columns.indexOf("frame"));
        int time = columns.indexOf("ts_micro");
        if (wheel < 0 || frame < 0) {
            throw new DataException(
                    Kind.UNSUPPORTED,
                    file + ": line 1",
                    "the columns must be ts_micro,frame_index,wheel or frame,wheel");
        }
        List<Row> rows = new ArrayList<>();
        int bad = 0;
        int blank = 0;
        for (int i = 1; i < lines.length; i++) {
            if (lines[i].isBlank()) {
                blank += i + 1 < lines.length ? 1 : 0; // what is behind the last line break is no line
                continue;
            }
            Row row = parse(lines[i].split(",", -1), columns.size(), time, frame, wheel);
            if (row == null || (!rows.isEmpty() && row.frame <= rows.get(rows.size() - 1).frame)) {
                bad++;
            } else {
                rows.add(row);
            }
        }
        return new LogRows(rows, time >= 0, bad, blank, crlf);
    }

    private static Row parse(String[] fields, int columns, int time, int frame, int wheel) {
        if (fields.length != columns) {
            return null;
        }
        try {
            float angle = Float.parseFloat(fields[wheel].strip());
            long number = Long.parseLong(fields[frame].strip());
            long micros = time < 0 ? 0 : Long.parseLong(fields[time].strip());
            return Float.isFinite(angle) && number >= 0 ? new Row(micros, number, angle) : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
