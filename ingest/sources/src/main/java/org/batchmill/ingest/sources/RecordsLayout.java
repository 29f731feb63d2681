package org.batchmill.ingest.sources;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.SampleSource;
import org.batchmill.records.UsageException;
import org.batchmill.records.files.RecordFiles;
import org.batchmill.records.tfrecord.ReadOptions;
import org.batchmill.video.DriveEpoch;

/** Record files: those named, or those in a folder that end in {@code .tfrecord}, {@code .record} or {@code .arrow}. */
final class RecordsLayout implements Layout {

    private static final String SUFFIXES = ".*\\.(tfrecords?|record|arrow)(\\.gz)?";

    @Override
    public DataFormat format() {
        return DataFormat.RECORDS;
    }

    /** {@inheritDoc} Files that are named one by one may be called anything, but videos are videos. */
    @Override
    public boolean fits(DataLocation place) throws IOException {
        return place.files().stream().noneMatch(DriveEpoch::isVideo)
                && !files(place).isEmpty();
    }

    /** {@inheritDoc} Only what packing wrote of them says which files are a split. */
    @Override
    public List<String> lists(DataLocation place) {
        return place.splits().keySet().stream()
                .filter(split -> !split.isEmpty())
                .toList();
    }

    @Override
    public SampleSource.Indexed open(DataLocation place, SourceOptions options, Tolerance tolerance)
            throws IOException {
        if (!options.split().isEmpty() && lists(place).isEmpty()) {
            throw new UsageException(place.text() + ": record files have no lists; name the files of the split");
        }
        List<Path> files =
                options.split().isEmpty() ? files(place) : place.splits().getOrDefault(options.split(), List.of());
        if (files.isEmpty() && !options.split().isEmpty()) {
            throw new UsageException(
                    place.text() + ": the split is one of " + lists(place) + ", not " + options.split());
        }
        if (files.isEmpty()) {
            throw new DataException(Kind.MISSING, place.text(), "there are no record files");
        }
        ReadOptions read = ReadOptions.defaults().withOnDamage(tolerance.damage());
        return RecordFiles.open(files, read, options.classes(), tolerance.boxes());
    }

    /** The files of a place; none where it is a folder without record files. A folder or pipe that is called like one is none. */
    static List<Path> files(DataLocation place) throws IOException {
        if (!place.isFolder()) {
            return place.files();
        }
        try (Stream<Path> files = Files.list(place.path())) {
            return files.filter(file -> file.getFileName().toString().matches(SUFFIXES)
                            && !DataLocation.isHidden(file)
                            && Files.isRegularFile(file))
                    .sorted()
                    .toList();
        }
    }
}
