package org.batchmill.ingest.sources;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.SampleSource;

/** IDX files; the names before {@code -images-idx3-ubyte} are the lists. */
final class DigitsLayout implements Layout {

    @Override
    public DataFormat format() {
        return DataFormat.DIGITS;
    }

    @Override
    public boolean fits(DataLocation place) throws IOException {
        return !images(place).isEmpty();
    }

    @Override
    public List<String> lists(DataLocation place) throws IOException {
        return images(place).stream().map(IdxDigits::list).toList();
    }

    @Override
    public SampleSource.Indexed open(DataLocation place, SourceOptions options, Tolerance tolerance)
            throws IOException {
        List<Path> images = images(place);
        if (images.isEmpty()) {
            throw new DataException(Kind.MISSING, place.text(), "there is no file NAME-images-idx3-ubyte or .gz");
        }
        return IdxDigits.open(chosen(place, options, images, IdxDigits::list), options.classes());
    }

    private static List<Path> images(DataLocation place) throws IOException {
        return place.isFolder()
                ? IdxDigits.imagesIn(place.path())
                : place.files().stream().filter(IdxDigits::isImages).toList();
    }
}
