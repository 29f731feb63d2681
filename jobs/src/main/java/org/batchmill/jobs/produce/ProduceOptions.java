package org.batchmill.jobs.produce;

import org.batchmill.ingest.sources.kafka.MessageFormat;
import org.batchmill.jobs.options.FrameOptions;
import org.batchmill.jobs.options.JobOption;
import org.batchmill.jobs.options.OptionGroup;
import org.batchmill.jobs.options.Within;

/** How {@link ProduceJob} sends. Not thread-safe while it is being filled in. */
public final class ProduceOptions implements OptionGroup {

    @JobOption(value = "Made if it is not there.", label = "T", required = true)
    public String topic;

    @JobOption(value = "Of a topic that is made.", label = "N", otherwise = "as many as the broker gives")
    @Within(atLeast = 0)
    public int partitions;

    @JobOption(value = "What a message holds: example, arrow (many samples), image (labels in headers).", label = "F")
    public MessageFormat as = MessageFormat.EXAMPLE;

    @JobOption(value = "Samples a message, with --as arrow.", label = "N")
    @Within(atLeast = 1)
    public int rows = 32;

    @JobOption(value = "Samples a second at most.", label = "X", otherwise = "as many as go")
    @Within(atLeast = 0)
    public double rate;

    @JobOption(
            value = "Samples to send, from the first again behind the last.",
            label = "N",
            otherwise = "all of them once")
    @Within(atLeast = 0)
    public long count;

    @JobOption(
            value =
                    "Steering: send with each frame those before it that this network takes, as train steering would show it"
                            + " (--frames, --frame-gap, --crop, --input-size say the rest, and must be the training's): then it"
                            + " matters not in what order messages come.",
            label = "MODEL",
            otherwise = "frames one by one")
    public String stackFor;

    /** What a network sees of each frame, with {@link #stackFor}. */
    public final FrameOptions frames = new FrameOptions();
}
