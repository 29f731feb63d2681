package org.batchmill.ingest.sources;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;
import org.batchmill.records.Content;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.JsonFile;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleId;
import org.batchmill.records.SampleSource;
import org.batchmill.records.TextFields;
import org.batchmill.records.TextFile;
import org.batchmill.records.UsageException;

/**
 * Rows of numbers in CSV files (RFC 4180, {@link TextFile text}): a line of column names, then a line a sample. A first line is one of
 * names if it holds a text that is neither a number nor stands for a missing one. Commas part the fields, or semicolons or tabs, where
 * decimals may have a comma. Some columns are what is to be predicted, all others are features, in the order of the file. Rows stay in memory as
 * texts; a bad one is told of when it is read. A sample's id is {@code NAME.csv#ROW}, rows from 0. Safe for use by many threads.
 */
final class CsvTable implements SampleSource.Indexed {

    private static final CsvMapper CSV = new CsvMapper();

    /** What people and programs write where a number is missing. */
    private static final Set<String> MISSING =
            Set.of("", "?", "-", ".", "na", "n/a", "#n/a", "nan", "null", "none", "nil", "inf", "-inf", "infinity");

    @SuppressWarnings("ArrayRecordComponent") // private, never compared
    private record Row(Path file, long line, int number, String[] fields) {}

    private final List<String> columns;
    private final List<Row> rows;
    private final int[] features;
    private final int[] targets;
    private final List<String> notices;

    private CsvTable(List<String> columns, List<Row> rows, int[] targets, List<String> notices) {
        this.notices = notices;
        this.columns = columns;
        this.rows = rows;
        this.targets = targets;
        this.features = IntStream.range(0, columns.size())
                .filter(column -> IntStream.of(targets).noneMatch(target -> target == column))
                .toArray();
    }

    /**
     * Reads files, all with the same columns.
     *
     * @param targets names of the columns to predict; empty for the last
     * @throws DataException  if a file is no table, or its columns differ from the first's
     * @throws UsageException if there is no such column, or none is left to predict from
     */
    static CsvTable open(List<Path> files, List<String> targets) throws IOException {
        List<String> columns = null;
        List<Row> rows = new ArrayList<>();
        List<String> notices = new ArrayList<>();
        for (Path file : files) {
            List<String> its = read(file, rows, notices);
            if (columns != null && !its.equals(columns)) {
                throw new DataException(
                        Kind.BAD_ANNOTATION, file.toString(), "its columns are " + its + ", not " + columns);
            }
            columns = its;
        }
        return new CsvTable(columns, rows, indexes(columns, targets), notices);
    }

    private static int[] indexes(List<String> columns, List<String> targets) {
        List<String> names = targets.isEmpty() ? List.of(columns.get(columns.size() - 1)) : targets;
        int[] indexes = names.stream()
                .mapToInt(name -> {
                    int index = columns.indexOf(name);
                    if (index < 0) {
                        throw new UsageException(
                                "there is no column " + name + " to predict; there are " + String.join(", ", columns));
                    }
                    return index;
                })
                .distinct()
                .toArray();
        if (indexes.length == columns.size()) {
            throw new UsageException("no column is left to predict from: there are " + String.join(", ", columns));
        }
        return indexes;
    }

    /** Adds a file's rows, and returns the names of its columns: 1, 2, 3 where it has none. */
    private static List<String> read(Path file, List<Row> rows, List<String> notices) throws IOException {
        List<String> columns = null;
        int number = 0;
        char separator = separator(file);
        try (BufferedReader in = TextFile.reader(file);
                MappingIterator<String[]> lines = CSV.readerFor(String[].class)
                        .with(CsvSchema.emptySchema().withColumnSeparator(separator))
                        .with(CsvParser.Feature.WRAP_AS_ARRAY)
                        .with(CsvParser.Feature.TRIM_SPACES)
                        .with(CsvParser.Feature.SKIP_EMPTY_LINES)
                        .readValues(in)) {
            while (lines.hasNextValue()) {
                long line = lines.getCurrentLocation().getLineNr();
                String[] fields = lines.nextValue();
                if (separator != ',') {
                    Arrays.setAll(fields, i -> withPoint(fields[i]));
                }
                if (columns == null) {
                    columns = names(file, fields, notices);
                    if (!isRow(fields)) {
                        continue;
                    }
                }
                rows.add(new Row(file, line, number++, fields));
            }
        } catch (CharacterCodingException e) {
            throw notText(file, e);
        } catch (JsonProcessingException e) {
            throw JsonFile.malformed(file, e);
        }
        if (columns == null || columns.size() < 2) {
            throw new DataException(Kind.UNSUPPORTED, file.toString(), "is no table of at least two columns");
        }
        return columns;
    }

    private static char separator(Path file) throws IOException {
        try (BufferedReader in = TextFile.reader(file)) {
            String line = in.readLine();
            while (line != null && line.isBlank()) {
                line = in.readLine();
            }
            return line == null ? ',' : TextFields.separator(line);
        } catch (CharacterCodingException e) {
            throw notText(file, e);
        }
    }

    private static DataException notText(Path file, CharacterCodingException e) {
        return new DataException(
                Kind.UNSUPPORTED, file.toString(), "is not text in UTF-8, nor in UTF-16 with a mark", e);
    }

    /** A number as it is written where the comma is free for decimals. */
    private static String withPoint(String field) {
        return field.indexOf('.') < 0 && field.indexOf(',') == field.lastIndexOf(',') ? field.replace(',', '.') : field;
    }

    private static List<String> names(Path file, String[] firstLine, List<String> notices) throws DataException {
        if (isRow(firstLine)) {
            return IntStream.rangeClosed(1, firstLine.length)
                    .mapToObj(Integer::toString)
                    .toList();
        }
        List<String> names = List.of(firstLine);
        Set<String> known = new HashSet<>();
        for (String name : names) {
            if (!known.add(name)) {
                throw new DataException(
                        Kind.BAD_ANNOTATION, file + ": line 1", "two columns are named \"" + name + "\"");
            }
        }
        if (names.stream().anyMatch(CsvTable::isNumber)) {
            notices.add(file + ": the first line holds numbers and is taken for names all the same: "
                    + String.join(", ", names));
        }
        return names;
    }

    private static boolean isRow(String[] fields) {
        return Arrays.stream(fields)
                .allMatch(field -> isNumber(field) || MISSING.contains(field.toLowerCase(Locale.ROOT)));
    }

    private static boolean isNumber(String field) {
        return Double.isFinite(number(field));
    }

    /** NaN for what is no number. */
    private static double number(String field) {
        try {
            return TextFields.isJavasOwn(field) ? Double.NaN : Double.parseDouble(field);
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }

    @Override
    public List<String> classes() {
        return List.of();
    }

    @Override
    public List<String> notices() {
        return notices;
    }

    @Override
    public long size() {
        return rows.size();
    }

    @Override
    public Sample read(long index) throws DataException {
        Row row = rows.get((int) index);
        if (row.fields.length != columns.size()) {
            throw new DataException(
                    Kind.BAD_ANNOTATION, place(row), row.fields.length + " values for " + columns.size() + " columns");
        }
        return new Sample(
                SampleId.ofFrame(String.valueOf(row.file.getFileName()), row.number),
                new Content.Features(values(row, features)),
                new Labels.Targets(values(row, targets)));
    }

    private float[] values(Row row, int[] which) throws DataException {
        float[] values = new float[which.length];
        for (int i = 0; i < which.length; i++) {
            String field = row.fields[which[i]];
            values[i] = (float) number(field);
            if (!Float.isFinite(values[i])) {
                throw new DataException(
                        Kind.BAD_ANNOTATION,
                        place(row) + ", column " + columns.get(which[i]),
                        "\"" + field + "\" is not a finite number");
            }
        }
        return values;
    }

    private static String place(Row row) {
        return row.file + ": line " + row.line;
    }

    @Override
    public void close() {}
}
