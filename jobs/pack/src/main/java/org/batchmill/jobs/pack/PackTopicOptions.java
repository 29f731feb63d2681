package org.batchmill.jobs.pack;

import java.util.List;
import org.batchmill.ingest.packing.PackOptions;
import org.batchmill.ingest.sources.kafka.MessageFormat;
import org.batchmill.jobs.options.JobOption;
import org.batchmill.jobs.options.OptionGroup;
import org.batchmill.jobs.options.Within;

/** What {@link PackTopicJob} is asked to do. Not thread-safe while it is being filled in. */
public final class PackTopicOptions implements OptionGroup {

    /** The topic's name. */
    public String topic;

    @JobOption(value = "earliest, latest, an offset, or a time (2026-11-21T10:00:00Z).", label = "OFFSET")
    public String from = "earliest";

    @JobOption(
            value = "The same; what lies there is left out. latest is the end when the job begins.",
            label = "OFFSET")
    public String until = "latest";

    @JobOption(value = "example, arrow or image; auto tells by the first bytes.", label = "F")
    public MessageFormat messageFormat = MessageFormat.AUTO;

    @JobOption(value = "The kind of shards: tfrecord or arrow.", label = "KIND")
    public PackOptions.Container to = PackOptions.Container.TFRECORD;

    @JobOption(value = "Files.", label = "N")
    @Within(atLeast = 1)
    public int shards = 4;

    @JobOption(value = "The classes in label order; others are a bad annotation.", label = "A,B")
    public List<String> classes = List.of();

    /** Where it goes. */
    public final PackingOptions packing = new PackingOptions();
}
