package org.batchmill.ingest.sources.kafka;

import java.time.Duration;
import java.util.Objects;
import org.batchmill.records.OptionException;

/**
 * How the messages of a topic are answered. Immutable.
 *
 * @param topic       whose messages are answered
 * @param group       whose members share its partitions; it keeps how far they are
 * @param answers     the topic that the answers go to; made if it is not there
 * @param deadLetters the topic for messages that cannot be answered; made when it is needed
 * @param format      what the messages hold
 * @param start       where a partition is begun that the group has no position in
 * @param most        messages that are answered together
 * @param linger      what a message waits for others to be answered with
 * @param before      offsets before the first message to be answered of a partition from which on its messages come once more, for what is
 *                    remembered of them; 0 for none
 * @param instance    names this member among those of its group: one that comes back under its name ends at once what it left unfinished
 *                    when it was killed, which the broker else ends after {@link TopicAnswers#ABANDONED_AFTER}
 */
public record AnswerOptions(
        String topic,
        String group,
        String answers,
        String deadLetters,
        MessageFormat format,
        TopicOptions.Start start,
        int most,
        Duration linger,
        long before,
        String instance) {

    public AnswerOptions {
        Objects.requireNonNull(topic, "topic");
        Objects.requireNonNull(answers, "answers");
        Objects.requireNonNull(deadLetters, "deadLetters");
        Objects.requireNonNull(group, "group");
        Objects.requireNonNull(instance, "instance");
        if (topic.isEmpty() || answers.isEmpty() || deadLetters.isEmpty() || group.isEmpty() || instance.isEmpty()) {
            throw new OptionException("topics and groups have names: kafka:TOPIC");
        }
        if (answers.equals(topic) || deadLetters.equals(topic) || deadLetters.equals(answers)) {
            throw new OptionException("messages, answers and dead letters go to three topics, not twice to one");
        }
        if (most < 1 || linger.isNegative() || before < 0) {
            throw new OptionException("{batch} is at least 1, {linger} and {look-back} at least 0");
        }
    }
}
