package org.batchmill.ingest.sources;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.SortedMap;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.OptionException;
import org.batchmill.records.SampleSource;
import org.batchmill.records.UsageException;
import org.batchmill.records.annotations.AnnotatedFolder;

/**
 * Opens data wherever it lies: record files and patterns of them ({@code out/a-*.tfrecord}), and folders in a known layout, read
 * directly with the same samples under the same ids as when they are packed.
 *
 * <p>Safe for use by many threads. Whoever opens a source closes it.
 */
public final class Sources {

    private Sources() {}

    /**
     * Opens data.
     *
     * @param where a folder, a file, or a pattern of files
     * @throws DataException  if there is nothing, or it has no samples
     * @throws UsageException if the options do not fit it
     */
    public static SampleSource open(String where, SourceOptions options) throws IOException {
        return open(where, options, Tolerance.strict(options.classes()));
    }

    /** As {@link #open(String, SourceOptions)}; {@code tolerance} says what is tolerated, and counts it. */
    public static SampleSource open(String where, SourceOptions options, Tolerance tolerance) throws IOException {
        DataLocation place = DataLocation.find(where);
        Layout layout = Layouts.of(place, options.format());
        SampleSource.Indexed source = layout.open(place, options, tolerance);
        if (options.format() == DataFormat.AUTO && source instanceof AnnotatedFolder folder) {
            source = folder.noticing(Layouts.doubts(place, layout));
        }
        if (source.size() == 0) {
            source.close();
            throw new DataException(Kind.MISSING, where, "there is not one labelled sample");
        }
        return source;
    }

    /**
     * Refuses options that the layout of the data does not look at. Opening does not: data to validate on may lie otherwise than what the
     * options are for.
     *
     * @throws OptionException naming the option and the layout
     */
    public static void requireUse(String where, SourceOptions options) throws IOException {
        if (options.cameraOffset() == null && options.targets().isEmpty()) {
            return;
        }
        DataFormat format =
                Layouts.of(DataLocation.find(where), options.format()).format();
        if (options.cameraOffset() != null && format != DataFormat.UDACITY) {
            throw new OptionException("{camera-offset} is for driving logs, and {} is {}", where, format.word());
        }
        if (!options.targets().isEmpty() && format != DataFormat.TABLE) {
            throw new OptionException("{target} is for tables, and {} is {}", where, format.word());
        }
    }

    /**
     * The lists that the data set divides itself into, such as {@code train} and {@code val}. A list of all ({@code trainval}) is
     * not among them where its parts are.
     *
     * @throws DataException if the data set has none
     */
    public static List<String> lists(String where, SourceOptions options) throws IOException {
        DataLocation place = DataLocation.find(where);
        List<String> lists = Layouts.of(place, options.format()).lists(place);
        if (lists.isEmpty()) {
            throw new DataException(Kind.MISSING, where, "there are no lists to split it by");
        }
        return lists;
    }

    /** Every file of the data with its size and time: those that a pattern matches, or all below a folder. */
    public static SortedMap<Path, BasicFileAttributes> files(String where) throws IOException {
        return DataLocation.find(where).allFiles();
    }

    /**
     * The record files that data consists of, sorted: those that a pattern matches, or those in a folder.
     *
     * @throws DataException if there are none
     */
    public static List<Path> recordFiles(String where) throws IOException {
        List<Path> files = RecordsLayout.files(DataLocation.find(where));
        if (files.isEmpty()) {
            throw new DataException(Kind.MISSING, where, "there are no record files");
        }
        return files;
    }
}
