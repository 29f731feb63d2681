package org.batchmill.records.annotations;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.TextFields;
import org.batchmill.records.TextFile;
import org.batchmill.records.image.ImageNames;

/**
 * A log of which image was taken at which steering angle, as its rows say it.
 *
 * @param rows    in the order of the file
 * @param cameras whether there are columns of a left and a right camera
 */
record DrivingLog(List<Row> rows, boolean cameras) {

    /** The columns of the simulator's {@code driving_log.csv} where it has no line of names. */
    private static final List<String> UDACITY =
            List.of("center", "left", "right", "steering", "throttle", "brake", "speed");

    /** A date or a time of day, a day of the week before them, or seconds since 1970; never what could be decimals. */
    private static final String TIME = "(?:\\d+[-/:].*|[a-z]{3,9},? .*\\d:\\d.*|\\d{8}T\\d.*|\\d{9,19}(?:\\.\\d*)?)";

    /** {@code IMAGE DEGREES[,TIME]}, as in Sully Chen's driving data sets. */
    private static final Pattern IMAGE_AND_DEGREES = Pattern.compile(
            "(?s)(.+\\.(?:" + ImageNames.SUFFIXES + "))\\s+([^\\s,]+)(?:[,\\s]\\s*" + TIME + ")?",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern IMAGE =
            Pattern.compile("(?s).*\\.(" + ImageNames.SUFFIXES + ")", Pattern.CASE_INSENSITIVE);
    private static final Pattern NUMBER = Pattern.compile("[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?");

    /**
     * A row. Names are empty where there is none.
     *
     * @param where    the file and the line
     * @param line     its number in the file, from 1
     * @param steering as it is written, not checked
     * @param flaw     what is wrong with the row; null for nothing
     */
    record Row(String where, int line, String center, String left, String right, String steering, String flaw) {}

    /** Whether the first line of a text is {@code IMAGE DEGREES}. */
    static boolean isImageAndDegrees(Path file) throws IOException {
        try {
            return TextFile.lines(file).stream()
                    .filter(line -> !line.isEmpty())
                    .findFirst()
                    .map(IMAGE_AND_DEGREES::matcher)
                    .filter(line -> line.matches() && isNumber(line.group(2)))
                    .isPresent();
        } catch (DataException e) {
            return false;
        }
    }

    /** Reads lines of {@code IMAGE DEGREES[,TIME]}. */
    static DrivingLog readImageAndDegrees(Path file) throws IOException {
        List<Row> rows = new ArrayList<>();
        List<String> lines = TextFile.lines(file);
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).isEmpty()) {
                String where = file + ": line " + (i + 1);
                Matcher line = IMAGE_AND_DEGREES.matcher(lines.get(i));
                rows.add(
                        line.matches()
                                ? new Row(where, i + 1, line.group(1), "", "", line.group(2), null)
                                : new Row(where, i + 1, "", "", "", "", "it is no image with its angle"));
            }
        }
        return new DrivingLog(rows, false);
    }

    /**
     * Reads {@code driving_log.csv}. Its columns are those of the line of names, in any order and among others; without one they are the
     * simulator's seven, or its first four. Where semicolons or tabs part the fields, decimals may have a comma.
     *
     * @throws DataException if a line of names has none for the image or the angle
     */
    static DrivingLog readTable(Path file) throws IOException {
        List<String> lines = TextFile.lines(file);
        List<Row> rows = new ArrayList<>();
        Columns columns = null;
        char separator = ',';
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).isEmpty()) {
                continue;
            }
            String where = file + ": line " + (i + 1);
            if (columns == null) {
                separator = TextFields.separator(lines.get(i));
                List<String> first = TextFields.of(lines.get(i), separator);
                columns = Columns.named(first, where);
                if (columns != null) {
                    continue;
                }
                columns = Columns.of(UDACITY);
            }
            rows.add(columns.row(TextFields.of(lines.get(i), separator), separator, where, i + 1));
        }
        return new DrivingLog(rows, columns == null || (columns.left >= 0 && columns.right >= 0));
    }

    private static boolean isNumber(String text) {
        return NUMBER.matcher(text).matches() && Double.isFinite(Double.parseDouble(text));
    }

    /** Where a row has what; -1 where it has none. */
    private record Columns(int count, boolean named, int center, int left, int right, int steering) {

        private static final int SHORTEST = 4;

        static Columns of(List<String> names) {
            return new Columns(
                    names.size(),
                    false,
                    names.indexOf("center"),
                    names.indexOf("left"),
                    names.indexOf("right"),
                    names.indexOf("steering"));
        }

        /** The columns of a line of names; null if the line is a row. */
        static Columns named(List<String> line, String where) throws DataException {
            if (line.stream().anyMatch(field -> IMAGE.matcher(field).matches() || isNumber(field))) {
                return null;
            }
            List<String> names =
                    line.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
            int center = only(names, "cent(er|re)([ _](image|camera|img))?|image|filename|file", where);
            int steering = only(names, "steering([ _]?angle)?|angle", where);
            if (center < 0 || steering < 0) {
                throw new DataException(
                        Kind.UNSUPPORTED,
                        where,
                        "the columns " + String.join(", ", line) + " name no " + (center < 0 ? "center" : "steering"));
            }
            return new Columns(
                    names.size(),
                    true,
                    center,
                    only(names, "left([ _](image|camera|img))?", where),
                    only(names, "right([ _](image|camera|img))?", where),
                    steering);
        }

        private static int only(List<String> names, String wanted, String where) throws DataException {
            Pattern pattern = Pattern.compile(wanted);
            int found = -1;
            for (int i = 0; i < names.size(); i++) {
                if (pattern.matcher(names.get(i)).matches()) {
                    if (found >= 0) {
                        throw new DataException(
                                Kind.UNSUPPORTED,
                                where,
                                "both " + names.get(found) + " and " + names.get(i) + " could be meant");
                    }
                    found = i;
                }
            }
            return found;
        }

        Row row(List<String> fields, char separator, String where, int line) {
            int size = fields.size();
            while (size > count && fields.get(size - 1).isEmpty()) {
                size--;
            }
            boolean fits = size == count || (!named && size == SHORTEST);
            String flaw = fits
                    ? null
                    : size + " values instead of " + count
                            + (size > count && separator == ','
                                    ? ": are there decimals with a comma? Then semicolons must part the values"
                                    : "");
            return new Row(
                    where,
                    line,
                    field(fields, center),
                    field(fields, left),
                    field(fields, right),
                    TextFields.decimal(field(fields, steering), separator),
                    flaw);
        }

        private static String field(List<String> fields, int column) {
            return column >= 0 && column < fields.size() ? fields.get(column) : "";
        }
    }
}
