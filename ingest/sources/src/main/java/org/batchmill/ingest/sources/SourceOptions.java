package org.batchmill.ingest.sources;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;

/**
 * How data is opened. Immutable; the {@code with} methods give a changed copy.
 *
 * @param format  how it lies on the disk
 * @param classes the classes in label order; any other is a bad annotation. Empty takes those of the data
 * @param split   one of the data set's own lists, for instance {@code train}; empty for all of it
 * @param targets of a table: the columns to predict, by name; empty for the last
 */
public record SourceOptions(DataFormat format, List<String> classes, String split, List<String> targets)
        implements Serializable {

    private static final SourceOptions DEFAULTS = new SourceOptions(DataFormat.AUTO, List.of(), "", List.of());

    public SourceOptions {
        Objects.requireNonNull(format, "format");
        Objects.requireNonNull(split, "split");
        classes = List.copyOf(classes);
        targets = List.copyOf(targets);
    }

    /** The format told from what is there, all classes, all samples. */
    public static SourceOptions defaults() {
        return DEFAULTS;
    }

    public SourceOptions withFormat(DataFormat value) {
        return new SourceOptions(value, classes, split, targets);
    }

    public SourceOptions withClasses(List<String> value) {
        return new SourceOptions(format, value, split, targets);
    }

    public SourceOptions withSplit(String value) {
        return new SourceOptions(format, classes, value, targets);
    }

    public SourceOptions withTargets(List<String> value) {
        return new SourceOptions(format, classes, split, value);
    }
}
