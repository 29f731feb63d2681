package org.batchmill.ingest.sources.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
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
 * @param block    so many samples are shuffled together and journalled at once
 * @param shuffled whether they are shuffled
 * @param patience a block that is not full is closed when it has waited so long and the topic holds no more
 * @param seed     of the shuffle and of the choice of what is held out
 * @param holdOut  the share of keys whose messages are kept for evaluation, 0 to 1
 * @param held     so many of the last samples held out are kept at hand
 */
public record TopicOptions(
        String topic,
        String group,
        MessageFormat format,
        List<String> classes,
        Start start,
        int block,
        boolean shuffled,
        Duration patience,
        long seed,
        double holdOut,
        int held) {

    /** Where a partition is begun. */
    public enum Start {
        EARLIEST,
        LATEST
    }

    /** What a commit can say of a block that is not used up fits its 4096 bytes up to here, one sample a message. */
    private static final int LARGEST_BLOCK = 16_384;

    public TopicOptions {
        Objects.requireNonNull(topic, "topic");
        Objects.requireNonNull(group, "group");
        classes = List.copyOf(classes);
        if (topic.isEmpty() || group.isEmpty()) {
            throw new OptionException("a topic and a group have names: kafka:TOPIC, {group} G");
        }
        if (block < 1 || block > LARGEST_BLOCK) {
            throw new UsageException("a block of a topic is 1 to " + LARGEST_BLOCK + " samples, not " + block);
        }
        if (!(holdOut >= 0 && holdOut < 1)) {
            throw new UsageException("the share held out is at least 0 and below 1, not " + holdOut);
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
                1024,
                true,
                Duration.ofSeconds(5),
                1,
                0,
                256);
    }

    public TopicOptions withFormat(MessageFormat value) {
        return with(draft -> draft.format = value);
    }

    public TopicOptions withClasses(List<String> value) {
        return with(draft -> draft.classes = value);
    }

    public TopicOptions withStart(Start value) {
        return with(draft -> draft.start = value);
    }

    /** Blocks of so many samples, shuffled or in the order in which they came. */
    public TopicOptions withBlock(int size, boolean shuffle, Duration wait) {
        return with(draft -> {
            draft.block = size;
            draft.shuffled = shuffle;
            draft.patience = wait;
        });
    }

    public TopicOptions withSeed(long value) {
        return with(draft -> draft.seed = value);
    }

    /** Holds out a share of the keys and keeps so many of the last samples. */
    public TopicOptions withHoldOut(double share, int samples) {
        return with(draft -> {
            draft.holdOut = share;
            draft.held = samples;
        });
    }

    private TopicOptions with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.finished();
    }

    /** A copy that can be changed. */
    private static final class Draft {
        private final String topic;
        private final String group;
        private MessageFormat format;
        private List<String> classes;
        private Start start;
        private int block;
        private boolean shuffled;
        private Duration patience;
        private long seed;
        private double holdOut;
        private int held;

        Draft(TopicOptions options) {
            topic = options.topic;
            group = options.group;
            format = options.format;
            classes = options.classes;
            start = options.start;
            block = options.block;
            shuffled = options.shuffled;
            patience = options.patience;
            seed = options.seed;
            holdOut = options.holdOut;
            held = options.held;
        }

        TopicOptions finished() {
            return new TopicOptions(
                    topic, group, format, classes, start, block, shuffled, patience, seed, holdOut, held);
        }
    }
}
