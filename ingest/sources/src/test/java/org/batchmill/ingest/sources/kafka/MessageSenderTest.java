package org.batchmill.ingest.sources.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.kafka.clients.producer.ProducerRecord;
import org.batchmill.testing.HeldPorts;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is interrupted says so once: by its exception, and not by the thread's flag too, which would break what closes behind it. */
class MessageSenderTest {

    @AfterEach
    void clear() {
        Thread.interrupted();
    }

    @Test
    void shouldLeaveNoFlagWhereSendingWasInterrupted() throws Exception {
        try (HeldPorts ports = new HeldPorts();
                MessageSender sender = MessageSender.open(KafkaCluster.of("localhost:" + ports.take(), null))) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> sender.send(new ProducerRecord<>("photos", new byte[1])))
                    .isInstanceOf(InterruptedException.class);
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
        }
    }
}
