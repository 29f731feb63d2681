package org.batchmill.ingest.sources;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.SampleSource;
import org.batchmill.records.annotations.DataSetFile;

/** CSV files of numbers; their names without {@code .csv} are the lists. */
final class TableLayout implements Layout {

    private static final String SUFFIX = ".csv";

    @Override
    public DataFormat format() {
        return DataFormat.TABLE;
    }

    /** Where all files are tables of numbers: a folder of videos has CSV files too, and images are listed in some. */
    @Override
    public boolean fits(DataLocation place) throws IOException {
        List<Path> tables = tables(place);
        if (tables.isEmpty() || tables.size() != place.filesAt().size()) {
            return false;
        }
        for (Path table : tables) {
            if (DataSetFile.of(table).isPresent()) {
                return false;
            }
        }
        return true;
    }

    @Override
    public List<String> lists(DataLocation place) throws IOException {
        return tables(place).stream().map(TableLayout::list).toList();
    }

    @Override
    public SampleSource.Indexed open(DataLocation place, SourceOptions options, Tolerance tolerance)
            throws IOException {
        List<Path> tables = tables(place);
        if (tables.isEmpty()) {
            throw new DataException(Kind.MISSING, place.text(), "there is no file NAME.csv");
        }
        return CsvTable.open(chosen(place, options, tables, TableLayout::list), options.targets());
    }

    /** Only what lies in the folder itself: tables further down belong to other layouts. */
    private static List<Path> tables(DataLocation place) throws IOException {
        return place.filesAt().stream()
                .filter(file -> name(file).toLowerCase(Locale.ROOT).endsWith(SUFFIX))
                .toList();
    }

    private static String list(Path table) {
        String name = name(table);
        return name.substring(0, name.length() - SUFFIX.length());
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }
}
