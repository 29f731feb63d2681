package org.batchmill.ingest.sources.kafka;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.batchmill.records.Box;
import org.batchmill.records.Content;
import org.batchmill.records.DataException;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleId;
import org.batchmill.testing.Fuzz;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Messages of any content: samples, or a data error that names topic, partition and offset, and so a dead letter. */
class MessageDamageTest {

    private static final List<String> CLASSES = List.of("cat", "dog");

    private static ConsumerRecord<byte[], byte[]> arrived(byte[] value, String boxes) {
        RecordHeaders headers = new RecordHeaders();
        if (boxes != null) {
            headers.add("boxes", boxes.getBytes(StandardCharsets.UTF_8));
        }
        return new ConsumerRecord<>(
                "t", 2, 40, 123, TimestampType.CREATE_TIME, 0, value.length, null, value, headers, Optional.empty());
    }

    private static void parse(byte[] value) throws DataException {
        new MessageReader(MessageFormat.AUTO, CLASSES).read(arrived(value, null));
    }

    @Test
    void shouldMakeDataErrorsOfWhateverReadingThrows() {
        for (Throwable thrown : List.of(
                new ArithmeticException("integer overflow"),
                new StackOverflowError(),
                new OutOfMemoryError("Java heap space"),
                new NoClassDefFoundError("a/Class"))) {
            assertThatThrownBy(() -> MessageReader.guarded(arrived(new byte[1], null), () -> {
                        throw sneaky(thrown);
                    }))
                    .isInstanceOf(DataException.class)
                    .hasMessageStartingWith("t/2/40/0: corrupt: the message cannot be read: "
                            + thrown.getClass().getSimpleName())
                    .hasCause(thrown);
        }
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> RuntimeException sneaky(Throwable thrown) throws T {
        throw (T) thrown;
    }

    @Test
    void shouldRefuseAHeaderOfDeepBrackets() {
        byte[] image = {(byte) 0xff, (byte) 0xd8, (byte) 0xff, 0};
        assertThatThrownBy(
                        () -> new MessageReader(MessageFormat.IMAGE, CLASSES).read(arrived(image, "[".repeat(500_000))))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("header boxes");
    }

    @Test
    void shouldReadOrRefuseDamagedMessages() throws IOException {
        fuzz().inputs(1000, this, MessageDamageTest::parse);
    }

    @Test
    @Tag("long")
    @Tag("soak")
    void shouldReadOrRefuseManyDamagedMessages() throws IOException {
        fuzz().seconds(Fuzz.seconds(), this, MessageDamageTest::parse);
    }

    @Test
    void shouldReadOrRefuseDamagedHeaders() {
        fuzzOfHeaders().inputs(1000, this, MessageDamageTest::parseHeader);
    }

    @Test
    @Tag("long")
    @Tag("soak")
    void shouldReadOrRefuseManyDamagedHeaders() {
        fuzzOfHeaders().seconds(Fuzz.seconds(), this, MessageDamageTest::parseHeader);
    }

    private static void parseHeader(byte[] header) throws DataException {
        new MessageReader(MessageFormat.IMAGE, CLASSES)
                .read(arrived(new byte[] {1}, new String(header, StandardCharsets.UTF_8)));
    }

    private static Fuzz fuzzOfHeaders() {
        String boxes =
                "[{\"class\": \"cat\", \"xmin\": 0.25, \"ymin\": 0, \"xmax\": 1, \"ymax\": 1e-1, \"difficult\": true}]";
        return Fuzz.of(DataException.class, "kafka-header", List.of(boxes.getBytes(StandardCharsets.UTF_8)))
                .words("[", "{\"a\":", "\"class\"", "1e999999999", "-0", "NaN", "\\u0000", ",", "null", "\"");
    }

    private static Fuzz fuzz() throws IOException {
        List<byte[]> corpus = new ArrayList<>();
        for (MessageFormat format : List.of(MessageFormat.ARROW, MessageFormat.EXAMPLE)) {
            MessageWriter writer = new MessageWriter("t", format, CLASSES);
            for (Labels labels :
                    List.of(new Labels.ClassLabel("cat"), new Labels.Boxes(List.of(new Box("dog", 0, 0, 1, .5f))))) {
                ProducerRecord<byte[], byte[]> sent = writer.message(List.of(
                        new Sample(new SampleId("a"), new Content.RawImage(ByteBuffer.allocate(12), 2, 2, 3), labels)));
                corpus.add(sent.value());
            }
        }
        try (InputStream in = MessageDamageTest.class.getResourceAsStream("message-3.example")) {
            corpus.add(in.readAllBytes());
        }
        corpus.add(new byte[] {-1, -1, -1, -1, -1, -1, -1, 127});
        return Fuzz.of(DataException.class, "kafka-message", corpus);
    }
}
