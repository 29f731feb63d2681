package org.batchmill.ingest.packing;

import java.io.Serializable;
import java.util.List;
import org.batchmill.records.Content;

/**
 * What the workers of a job need to know, the same on every machine.
 *
 * @param options what was asked for
 * @param lists   the data set's lists that are packed; one empty name where it is read as a whole
 * @param classes of the data set in label order, or empty where nobody declares them: then the samples tell
 * @param damaged places in the framing of record files, passed over
 * @param ahead   the shards that are written while they are checked
 * @param token   the job's name at the {@link WorkGate}
 */
record PackSpec(
        PackOptions options,
        List<String> lists,
        List<String> classes,
        List<BadSample> damaged,
        ShardsAhead ahead,
        String token)
        implements Serializable {

    PackSpec {
        lists = List.copyOf(lists);
        classes = List.copyOf(classes);
        damaged = List.copyOf(damaged);
    }

    /** The names of the splits; one empty name where there are none. */
    List<String> splits() {
        return options.split() instanceof SplitRule.Fractions fractions ? fractions.names() : lists;
    }

    /** The split of a sample. */
    int split(int list, Content content) {
        return options.split() instanceof SplitRule.Fractions fractions ? fractions.of(ContentHash.of(content)) : list;
    }

    OutputNames names() {
        return options.shards().names();
    }

    Journal journal() {
        return new Journal(names().journal());
    }
}
