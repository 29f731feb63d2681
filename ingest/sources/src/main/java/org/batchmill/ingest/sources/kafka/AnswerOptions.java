package org.batchmill.ingest.sources.kafka;

import java.time.Duration;
import java.util.Objects;
import org.batchmill.records.OptionException;

/**
 * How the messages of a topic are answered. Immutable.
 *
 * @param topics where messages come from and answers go to
 * @param member who answers
 * @param format what the messages hold
 * @param start  where a partition is begun that the group has no position in
 * @param most   messages that are answered together
 * @param linger what a message waits for others to be answered with
 * @param before offsets before the first message to be answered of a partition from which on its messages come once more, for what is
 *               remembered of them; 0 for none
 */
public record AnswerOptions(
        Topics topics,
        Member member,
        MessageFormat format,
        TopicOptions.Start start,
        int most,
        Duration linger,
        long before) {

    /**
     * The topics of an exchange.
     *
     * @param messages    whose messages are answered
     * @param answers     that the answers go to; made if it is not there
     * @param deadLetters for messages that cannot be answered; made when it is needed
     */
    public record Topics(String messages, String answers, String deadLetters) {
        public Topics {
            if (messages.isEmpty() || answers.isEmpty() || deadLetters.isEmpty()) {
                throw new OptionException(UNNAMED);
            }
            if (answers.equals(messages) || deadLetters.equals(messages) || deadLetters.equals(answers)) {
                throw new OptionException("messages, answers and dead letters go to three topics, not twice to one");
            }
        }
    }

    /**
     * One of those that share the work.
     *
     * @param group    whose members share the partitions; it keeps how far they are
     * @param instance names this member among those of its group: one that comes back under its name ends at once what it left unfinished
     *                 when it was killed, which the broker else ends after {@link TopicAnswers#ABANDONED_AFTER}
     */
    public record Member(String group, String instance) {
        public Member {
            if (group.isEmpty() || instance.isEmpty()) {
                throw new OptionException(UNNAMED);
            }
        }
    }

    private static final String UNNAMED = "topics and groups have names: kafka:TOPIC";

    public AnswerOptions {
        Objects.requireNonNull(topics, "topics");
        Objects.requireNonNull(member, "member");
        if (most < 1 || linger.isNegative() || before < 0) {
            throw new OptionException("{batch} is at least 1, {linger} and {look-back} at least 0");
        }
    }
}
