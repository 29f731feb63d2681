package org.batchmill.it.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberToRemove;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.batchmill.ingest.sources.kafka.AnswerOptions;
import org.batchmill.ingest.sources.kafka.KafkaCluster;
import org.batchmill.ingest.sources.kafka.MessageFormat;
import org.batchmill.ingest.sources.kafka.TopicAnswers;
import org.batchmill.ingest.sources.kafka.TopicOptions;
import org.batchmill.ingest.testing.KafkaBroker;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedBroker.class)
@Tag("concurrent")
@Timeout(600)
class TopicAnswersTest {

    private static final Duration POLL = Duration.ofMillis(200);
    private static final int MESSAGES = 5;

    /** Until its heart beats, up to three seconds later, the consumer takes itself for a member that has read all. */
    @Test
    void shouldNotBeAtTheEndWhereTheGroupTookItsAnswersFromNobodyAnyMore(KafkaBroker broker) throws Exception {
        broker.makeTopic("asked", 1);
        try (KafkaProducer<byte[], byte[]> producer = Messages.producer(broker, null)) {
            for (int i = 0; i < MESSAGES; i++) {
                producer.send(Messages.example("asked", 1, i)).get();
            }
        }
        AnswerOptions options = new AnswerOptions(
                new AnswerOptions.Topics("asked", "answers", "letters"),
                new AnswerOptions.Member("group", "one"),
                MessageFormat.AUTO,
                TopicOptions.Start.EARLIEST,
                MESSAGES,
                Duration.ofMinutes(1),
                0);
        try (TopicAnswers topic = TopicAnswers.open(KafkaCluster.of(broker.bootstrap(), null), options)) {
            List<TopicAnswers.Message> asked = polled(topic);
            assertThat(topic.isAtEnd()).as("nothing is left to be polled").isTrue();
            try (Admin admin = broker.admin()) {
                admin.removeMembersFromConsumerGroup(
                                "group", new RemoveMembersFromConsumerGroupOptions(Set.of(new MemberToRemove("one"))))
                        .all()
                        .get();
            }
            assertThat(topic.answer(answers(asked))).isFalse();
            assertThat(topic.isAtEnd()).as("what was not answered comes again").isFalse();

            assertThat(topic.answer(answers(polled(topic)))).isTrue();
            assertThat(topic.isAtEnd()).isTrue();
        }
        assertThat(Messages.readAll(broker, "answers")).hasSize(MESSAGES);
    }

    private static List<TopicAnswers.Message> polled(TopicAnswers topic) throws Exception {
        List<TopicAnswers.Message> messages = new ArrayList<>();
        while (messages.size() < MESSAGES) {
            messages.addAll(topic.poll(POLL));
        }
        return messages;
    }

    private static List<TopicAnswers.Answer> answers(List<TopicAnswers.Message> messages) {
        return messages.stream()
                .map(message -> new TopicAnswers.Answer(message, List.of("seen"), null))
                .toList();
    }
}
