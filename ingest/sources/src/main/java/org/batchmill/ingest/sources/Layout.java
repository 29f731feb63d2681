package org.batchmill.ingest.sources;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.batchmill.records.DataException;
import org.batchmill.records.SampleSource;
import org.batchmill.records.UsageException;

/** One way in which labelled data lies on the disk. */
interface Layout {

    DataFormat format();

    /** Whether data looks like this layout. */
    boolean fits(DataLocation place) throws IOException;

    /** The lists that the data divides itself into; none by default. */
    default List<String> lists(DataLocation place) throws IOException {
        return List.of();
    }

    /**
     * Opens the data.
     *
     * @param tolerance what is tolerated
     * @throws DataException  if it is not of this layout after all
     * @throws UsageException if it has no such split
     */
    SampleSource.Indexed open(DataLocation place, SourceOptions options, Tolerance tolerance) throws IOException;

    /**
     * Those of the files, each a list of its own, that the options ask for: all, or those of the split.
     *
     * @param list what the list of a file is called
     * @throws UsageException if no file is the split
     */
    default List<Path> chosen(DataLocation place, SourceOptions options, List<Path> files, Function<Path, String> list)
            throws IOException {
        if (options.split().isEmpty()) {
            return files;
        }
        List<Path> chosen = files.stream()
                .filter(file -> list.apply(file).equals(options.split()))
                .toList();
        if (chosen.isEmpty()) {
            throw new UsageException(
                    place.text() + ": the split is one of " + lists(place) + ", not " + options.split());
        }
        return chosen;
    }
}
