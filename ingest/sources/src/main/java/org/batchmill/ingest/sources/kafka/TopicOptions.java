package org.batchmill.ingest.sources.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.batchmill.records.OptionException;
import org.batchmill.records.UsageException;

/**
 * How a topic is read. Immutable; the {@code with} methods give a changed copy.
 *
 * @param topic    its name
 * @param group    whose member reads it; it keeps the committed offsets
 * @param format   what its messages hold
 * @param classes  in label order; a message with another class is bad. Empty takes any
 * @param start    where a partition is begun that neither the run nor the group has a position in
 * @param blocks   in which samples are shuffled
 * @param seed     of the shuffle and of the choice of what is held out
 * @param held     what is kept for evaluation
 */
public record TopicOptions(
        String topic,
        String group,
        MessageFormat format,
        List<String> classes,
        Start start,
        Blocks blocks,
        long seed,
        Held held) {

    /** Where a partition is begun. */
    public enum Start {
        EARLIEST,
        LATEST
    }

    /**
     * Samples that belong together.
     *
     * @param size     so many are shuffled together and journalled at once
     * @param shuffled whether they are shuffled
     * @param patience a block that is not full is closed when it has waited so long and the topic holds no more
     */
    public record Blocks(int size, boolean shuffled, Duration patience) {

        /** What a commit can say of a block that is not used up fits its 4096 bytes up to here, one sample a message. */
        private static final int LARGEST = 16_384;

        public Blocks {
            if (size < 1 || size > LARGEST) {
                throw new UsageException("a block of a topic is 1 to " + LARGEST + " samples, not " + size);
            }
        }
    }

    /**
     * What is kept for evaluation.
     *
     * @param share   of the keys, whose messages are all kept; 0 to 1
     * @param samples so many of the last ones are kept at hand
     */
    public record Held(double share, int samples) {
        public Held {
            if (!(share >= 0 && share < 1)) {
                throw new UsageException("the share held out is at least 0 and below 1, not " + share);
            }
        }
    }

    public TopicOptions {
        Objects.requireNonNull(topic, "topic");
        Objects.requireNonNull(group, "group");
        classes = List.copyOf(classes);
        if (topic.isEmpty() || group.isEmpty()) {
            throw new OptionException("a topic and a group have names: kafka:TOPIC, {group} G");
        }
    }

    /** Shuffled blocks of 1024, from the beginning, nothing held out. */
    public static TopicOptions of(String topic, String group) {
        return new TopicOptions(
                topic,
                group,
                MessageFormat.AUTO,
                List.of(),
                Start.EARLIEST,
                new Blocks(1024, true, Duration.ofSeconds(5)),
                1,
                new Held(0, 256));
    }

    public TopicOptions withFormat(MessageFormat value) {
        return new TopicOptions(topic, group, value, classes, start, blocks, seed, held);
    }

    public TopicOptions withClasses(List<String> value) {
        return new TopicOptions(topic, group, format, value, start, blocks, seed, held);
    }

    public TopicOptions withStart(Start value) {
        return new TopicOptions(topic, group, format, classes, value, blocks, seed, held);
    }

    /** Blocks of so many samples, shuffled or in the order in which they came. */
    public TopicOptions withBlock(int size, boolean shuffle, Duration wait) {
        return new TopicOptions(topic, group, format, classes, start, new Blocks(size, shuffle, wait), seed, held);
    }

    public TopicOptions withSeed(long value) {
        return new TopicOptions(topic, group, format, classes, start, blocks, value, held);
    }

    /** Holds out a share of the keys and keeps so many of the last samples. */
    public TopicOptions withHoldOut(double share, int samples) {
        return new TopicOptions(topic, group, format, classes, start, blocks, seed, new Held(share, samples));
    }
}
