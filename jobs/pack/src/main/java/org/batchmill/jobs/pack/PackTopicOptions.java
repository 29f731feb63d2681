package org.batchmill.jobs.pack;

import java.util.List;
import org.batchmill.ingest.packing.PackOptions;
import org.batchmill.ingest.sources.kafka.MessageFormat;

/**
 * What {@link PackTopicJob} is asked to do: public fields that the caller fills in before the job begins. Not thread-safe while it is
 * being filled in.
 */
public final class PackTopicOptions {

    /** The topic's name. */
    public String topic;

    /** What the names of the shards begin with. */
    public String out;

    /** earliest, latest, an offset, or a time (2026-11-21T10:00:00Z). */
    public String from = "earliest";

    /** The same; what lies there is left out. latest is the end when the job begins. */
    public String until = "latest";

    /** How samples are written into messages. */
    public MessageFormat format = MessageFormat.AUTO;

    /** The kind of shards. */
    public PackOptions.Container container = PackOptions.Container.TFRECORD;

    /** How many files. */
    public int shards = 4;

    /** The classes in label order; others are a bad annotation. Empty for all. */
    public List<String> classes = List.of();

    /** Bad messages that may be left out. */
    public long maxErrors;
}
