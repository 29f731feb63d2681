package org.batchmill.records.annotations;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.TextFields;
import org.batchmill.records.TextFile;
import org.batchmill.records.storage.Storage;

/**
 * The steering log of a drive video, {@code epochNN_steering.csv}: a row a frame with the columns {@code
 * ts_micro,frame_index,wheel}, or the older {@code frame,wheel}, in any order and among others. Rows belong to frames by index, not by time. Immutable.
 *
 * <p>Drives are recorded by hand: a row that says NaN or is out of order is left out and counted, and costs a frame and not the
 * drive. How many flaws are too many is for whoever joins the rows with frames.
 *
 * @param rows  the good ones in the order of the file, frames ascending
 * @param flaws what else the file held
 */
public record SteeringLog(List<Row> rows, Flaws flaws) {

    private static final List<String> COLUMNS = List.of("ts_micro", "frame_index", "wheel");
    private static final List<String> OLDER_COLUMNS = List.of("frame", "wheel");

    public SteeringLog {
        rows = List.copyOf(rows);
    }

    /** A log without flaws. */
    public SteeringLog(List<Row> rows) {
        this(rows, Flaws.NONE);
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
     * What a log holds beside its good rows.
     *
     * @param badRows    no numbers, not finite, not in order, wrong number of columns
     * @param firstBad   the place and the cause of the first of them; empty if there is none
     * @param blankLines between rows, which do no harm
     * @param crlf       whether lines end as on Windows, which does no harm
     */
    public record Flaws(int badRows, String firstBad, int blankLines, boolean crlf) {

        /** A clean file. */
        public static final Flaws NONE = new Flaws(0, "", 0, false);
    }

    /**
     * Reads a log. Its columns may stand in any order, in capitals and among others; semicolons or tabs may part the fields, and decimals then
     * have a comma.
     *
     * @throws DataException if it has other columns, or is no text
     */
    public static SteeringLog read(Path file) throws IOException {
        List<String> lines = TextFile.lines(file);
        int head = 0;
        while (head < lines.size() - 1 && lines.get(head).isEmpty()) {
            head++;
        }
        Columns places = Columns.named(lines.isEmpty() ? "" : lines.get(head), file + ": line " + (head + 1));
        List<Row> rows = new ArrayList<>();
        int bad = 0;
        String firstBad = "";
        int blank = head;
        long last = -1;
        for (int i = head + 1; i < lines.size(); i++) {
            if (lines.get(i).isEmpty()) {
                blank++;
                continue;
            }
            try {
                Row row = row(lines.get(i), places, file + ": line " + (i + 1));
                if (row.frame <= last) {
                    throw new DataException(
                            Kind.BAD_ANNOTATION,
                            file + ": line " + (i + 1),
                            "frame " + row.frame + " does not follow frame " + last);
                }
                last = row.frame;
                rows.add(row);
            } catch (DataException e) {
                firstBad = bad == 0 ? "line " + (i + 1) + ": " + e.reason() : firstBad;
                bad++;
            }
        }
        return new SteeringLog(rows, new Flaws(bad, firstBad, blank, FolderFiles.endsLinesAsOnWindows(file)));
    }

    /** What parts the fields, and where a row has what: {@code time} is -1 where it has none. */
    private record Columns(char separator, int count, int time, int frame, int wheel) {

        static Columns named(String line, String where) throws DataException {
            char separator = TextFields.separator(line);
            List<String> names = TextFields.of(line.toLowerCase(Locale.ROOT), separator);
            int frame = names.contains("frame_index") ? names.indexOf("frame_index") : names.indexOf("frame");
            int wheel = names.indexOf("wheel");
            if (frame < 0 || wheel < 0) {
                throw new DataException(
                        Kind.UNSUPPORTED,
                        where,
                        "the columns must be " + String.join(",", COLUMNS) + " or " + String.join(",", OLDER_COLUMNS));
            }
            return new Columns(separator, names.size(), names.indexOf("ts_micro"), frame, wheel);
        }
    }

    private static Row row(String line, Columns columns, String where) throws DataException {
        List<String> fields = TextFields.of(line, columns.separator);
        if (fields.size() != columns.count) {
            throw new DataException(Kind.BAD_ANNOTATION, where, fields.size() + " values instead of " + columns.count);
        }
        OptionalLong time = columns.time < 0
                ? OptionalLong.empty()
                : OptionalLong.of(Numbers.parseIndex(fields.get(columns.time), where));
        long frame = Numbers.parseIndex(fields.get(columns.frame), where);
        float wheel = (float) Numbers.parse(TextFields.decimal(fields.get(columns.wheel), columns.separator), where);
        if (!Float.isFinite(wheel)) {
            throw new DataException(Kind.BAD_ANNOTATION, where, "the wheel is turned by more than a float holds");
        }
        return new Row(time, frame, wheel);
    }

    /** Whether its rows have times, by which they can be joined with frames. */
    public boolean isTimed() {
        return !rows.isEmpty() && rows.get(0).microseconds.isPresent();
    }

    /** Writes the good rows, atomically; of the older kind if the first has no time. */
    public void write(Path file) throws IOException {
        boolean timed = rows.isEmpty() || isTimed();
        StringBuilder text = new StringBuilder(String.join(",", timed ? COLUMNS : OLDER_COLUMNS)).append('\n');
        for (Row row : rows) {
            if (timed) {
                text.append(row.microseconds.orElse(0)).append(',');
            }
            text.append(row.frame).append(',').append(row.wheel).append('\n');
        }
        Storage.write(file, text.toString().getBytes(StandardCharsets.UTF_8));
    }
}
