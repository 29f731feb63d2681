package org.batchmill.jobs.stream;

import java.time.Duration;
import java.util.UUID;
import org.batchmill.ingest.sources.kafka.AnswerOptions;
import org.batchmill.jobs.options.JobOption;
import org.batchmill.jobs.options.KafkaOptions;
import org.batchmill.jobs.options.OptionGroup;
import org.batchmill.jobs.options.TextForms;
import org.batchmill.jobs.options.TopicName;
import org.batchmill.jobs.options.Within;
import org.batchmill.records.ErrorMode;
import org.batchmill.records.OptionException;

/** What {@link StreamJob} is asked to do; which broker, group and message format stand in {@link KafkaOptions}. Not thread-safe while it is being filled in. */
public final class StreamOptions implements OptionGroup {

    @JobOption(value = "Instead of files: answer the messages of a topic.", label = "kafka:TOPIC")
    public String data;

    @JobOption(value = "Topics: where the answers go, a line of JSON each.", label = "kafka:TOPIC")
    public String to;

    @JobOption(value = "Topics: messages that are answered together, at most.", label = "N")
    @Within(atLeast = 1)
    public int batch = 32;

    @JobOption(
            value = "Topics: what a message waits for others to be answered with.",
            label = "X",
            form = TextForms.Seconds.class)
    @Within(atLeast = 0)
    public Duration linger = Duration.ofMillis(20);

    @JobOption(
            value =
                    "Topics: names this process in its group; one that was killed and comes back under its name does not"
                            + " hold up the answers.",
            label = "NAME",
            otherwise = "another at each start")
    public String instance;

    @JobOption(
            value = "Topics: end when no message came for so long.",
            label = "X",
            otherwise = "never",
            form = TextForms.Seconds.class)
    @Within(above = 0)
    public Duration idle;

    @JobOption(
            value =
                    "Topics: quarantine sends a message that cannot be answered to --dead-letters, skip passes it over, fail"
                            + " ends.",
            label = "E")
    public ErrorMode onError = ErrorMode.QUARANTINE;

    @JobOption(
            value =
                    "Topics, networks of several frames: so many messages before a frame are looked at for those before it.",
            label = "N")
    @Within(atLeast = 0)
    public int lookBack = 1000;

    /** Whether messages are to be answered; files otherwise. */
    public boolean isAsked() {
        return data != null;
    }

    /** @param remembers whether the model wants to have seen the messages before those that it answers */
    AnswerOptions answers(KafkaOptions kafka, boolean remembers) {
        if (!TopicName.isTopic(data)) {
            throw new OptionException(
                    "{data} names a topic here, kafka:TOPIC, not {}: files are named without it", data);
        }
        if (!TopicName.isTopic(to)) {
            throw new OptionException("where do the answers go? give {to} kafka:TOPIC");
        }
        String topic = TopicName.of(data);
        return new AnswerOptions(
                new AnswerOptions.Topics(
                        topic,
                        TopicName.of(to),
                        kafka.deadLetters == null ? topic + "-dead-letters" : kafka.deadLetters),
                new AnswerOptions.Member(
                        kafka.group == null ? "batchmill-" + TopicName.of(to) : kafka.group,
                        instance == null ? UUID.randomUUID().toString() : instance),
                kafka.messageFormat,
                kafka.start,
                batch,
                linger,
                remembers ? lookBack : 0);
    }
}
