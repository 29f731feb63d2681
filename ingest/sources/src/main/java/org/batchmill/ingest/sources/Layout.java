package org.batchmill.ingest.sources;

import java.io.IOException;
import java.util.List;
import org.batchmill.records.DataException;
import org.batchmill.records.SampleSource;
import org.batchmill.records.UsageException;

/** One way in which labelled data lies on the disk. */
interface Layout {

    DataFormat format();

    /** Whether data looks like this layout. */
    boolean fits(DataPlace place) throws IOException;

    /** The lists that the data divides itself into; none by default. */
    default List<String> lists(DataPlace place) throws IOException {
        return List.of();
    }

    /**
     * Opens the data.
     *
     * @param tolerance what is borne
     * @throws DataException  if it is not of this layout after all
     * @throws UsageException if it has no such split
     */
    SampleSource.Indexed open(DataPlace place, SourceOptions options, Tolerance tolerance) throws IOException;
}
