package org.batchmill.ingest.sources;

import java.io.IOException;
import java.util.List;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;

/** The table of layouts: where {@link Sources} looks up how data is opened. */
final class Layouts {

    /** In the order in which they are tried. */
    private static final List<Layout> ALL = List.of(new DigitsLayout(), new RecordsLayout());

    private Layouts() {}

    /** The layout of that format, or for {@link DataFormat#AUTO} the first that fits. */
    static Layout of(DataPlace place, DataFormat format) throws IOException {
        for (Layout layout : ALL) {
            if (format == DataFormat.AUTO ? layout.fits(place) : layout.format() == format) {
                return layout;
            }
        }
        throw new DataException(
                Kind.MISSING, place.text(), "no labels of a known layout (voc, coco, yolo, classes, udacity, digits)");
    }
}
