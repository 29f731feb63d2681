package org.batchmill.ingest.sources.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

/** What a producer writes is what a trainer reads, in each format. */
class MessageFormatsTest {

    /** Enough of a JPEG for its head to be read: 6 x 4 pixels. */
    private static final byte[] IMAGE = {
        (byte) 0xff,
        (byte) 0xd8,
        (byte) 0xff,
        (byte) 0xc0,
        0,
        11,
        8,
        0,
        4,
        0,
        6,
        1,
        1,
        0x11,
        0,
        (byte) 0xff,
        (byte) 0xd9
    };

    private static ConsumerRecord<byte[], byte[]> arrived(ProducerRecord<byte[], byte[]> sent) {
        return new ConsumerRecord<>(
                "t",
                2,
                40,
                123,
                TimestampType.CREATE_TIME,
                0,
                sent.value() == null ? -1 : sent.value().length,
                sent.key(),
                sent.value(),
                sent.headers(),
                Optional.empty());
    }

    private static Sample sample(Labels labels) {
        return new Sample(new SampleId("a.jpg"), new Content.EncodedImage(ByteBuffer.wrap(IMAGE)), labels);
    }

    private static List<Labels> allLabels() {
        return List.of(
                new Labels.ClassLabel("cat"),
                new Labels.Steering(-.25f),
                new Labels.Boxes(List.of()),
                new Labels.Boxes(List.of(
                        new Box("cat", .1f, .2f, .5f, .75f),
                        new Box("dog", 0, 0, 1, 1, true, true),
                        new Box("dog", 0, 0, 1, .5f, false, false, true))));
    }

    @ParameterizedTest
    @EnumSource(names = "AUTO", mode = Mode.EXCLUDE)
    void shouldReadWhatWasWrittenAndTellTheFormatByItself(MessageFormat format) throws Exception {
        List<String> classes = List.of("cat", "dog");
        for (Labels labels : allLabels()) {
            ProducerRecord<byte[], byte[]> sent =
                    new MessageWriter("t", format, classes).message(List.of(sample(labels)));
            List<Sample> read = new MessageReader(MessageFormat.AUTO, classes).read(arrived(sent));
            assertThat(read).hasSize(1);
            assertThat(read.get(0).id()).isEqualTo(SampleId.ofMessage("t", 2, 40, 0));
            assertThat(read.get(0).labels()).isEqualTo(labels);
            assertThat(((Content.EncodedImage) read.get(0).content()).bytes()).isEqualTo(ByteBuffer.wrap(IMAGE));
            assertThat(sent.key()).isEqualTo("a.jpg".getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void shouldNumberTheRowsOfAnArrowMessage() throws Exception {
        List<Sample> many = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            many.add(sample(new Labels.Steering(i)));
        }
        var sent = new MessageWriter("t", MessageFormat.ARROW, List.of()).message(many);
        List<Sample> read = new MessageReader(MessageFormat.AUTO, List.of()).read(arrived(sent));
        assertThat(read)
                .extracting(one -> one.id().value())
                .containsExactly("t/2/40/0", "t/2/40/1", "t/2/40/2", "t/2/40/3", "t/2/40/4");
        assertThat(read.get(3).labels()).isEqualTo(new Labels.Steering(3));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "no JSON",
                "{}",
                "[{\"class\": \"cat\", \"xmin\": 0.5}]",
                "[{\"class\": \"cat\", \"xmin\": 0.5, \"ymin\": 0, \"xmax\": 0.2, \"ymax\": 1}]",
                "[{\"class\": \"cat\", \"xmin\": 0, \"ymin\": 0, \"xmax\": 2, \"ymax\": 1}]",
                "[{\"class\": \"cow\", \"xmin\": 0, \"ymin\": 0, \"xmax\": 1, \"ymax\": 1}]",
                "[{\"class\": \"cat\", \"xmin\": \"NaN\", \"ymin\": 0, \"xmax\": 1, \"ymax\": 1}]"
            })
    void shouldRefuseBoxesThatMakeNoSense(String boxes) {
        ProducerRecord<byte[], byte[]> sent = new ProducerRecord<>("t", null, null, null, IMAGE, new RecordHeaders());
        sent.headers().add("boxes", boxes.getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> new MessageReader(MessageFormat.AUTO, List.of("cat")).read(arrived(sent)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("t/2/40/0");
    }

    @Test
    void shouldRefuseAMessageWithoutAValue() {
        ProducerRecord<byte[], byte[]> deleted = new ProducerRecord<>("t", null, null);
        assertThatThrownBy(() -> new MessageReader(MessageFormat.AUTO, List.of()).read(arrived(deleted)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("t/2/40/0: missing");
    }
}
