package org.batchmill.ingest.sources.kafka;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.batchmill.records.Content;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.Labels;
import org.batchmill.records.Sample;
import org.batchmill.records.UsageException;
import org.batchmill.records.arrow.ArrowSampleWriter;
import org.batchmill.records.example.SampleExamples;

/** Makes messages of samples: what {@link MessageReader} reads. The key is the id of the first sample. Safe for use by many threads. */
public final class MessageWriter {

    private final String topic;
    private final MessageFormat format;
    private final List<String> classes;
    private final SampleExamples examples;

    /**
     * @param format  what the values are; not {@link MessageFormat#AUTO}
     * @param classes in label order, or empty
     */
    public MessageWriter(String topic, MessageFormat format, List<String> classes) {
        if (format == MessageFormat.AUTO) {
            throw new UsageException("what are the messages to hold: example, arrow or image?");
        }
        this.topic = topic;
        this.format = format;
        this.classes = List.copyOf(classes);
        this.examples = new SampleExamples(classes);
    }

    /**
     * One message.
     *
     * @param samples one; for {@link MessageFormat#ARROW} one or more
     * @throws DataException if the format has no position for them
     */
    public ProducerRecord<byte[], byte[]> message(List<Sample> samples) throws IOException {
        Sample first = samples.get(0);
        String id = first.id().value();
        byte[] key = key(first).getBytes(StandardCharsets.UTF_8);
        return switch (format) {
            case ARROW -> new ProducerRecord<>(topic, key, stream(samples));
            case IMAGE -> {
                if (!(first.content() instanceof Content.EncodedImage encoded)) {
                    throw new DataException(Kind.UNSUPPORTED, id, "is no encoded image: send it as example or arrow");
                }
                ProducerRecord<byte[], byte[]> message = new ProducerRecord<>(topic, key, bytes(encoded.bytes()));
                MessageLabels.write(first.labels(), message.headers(), id);
                yield message;
            }
            case AUTO, EXAMPLE -> new ProducerRecord<>(topic, key, bytes(examples.write(first)));
        };
    }

    /**
     * The key of a sample's message: its id; of a frame of a drive, {@code epoch01_front.mp4#17}, its video, so that a drive is in one partition
     * and in order, and is held out as a whole or not at all.
     */
    public static String key(Sample sample) {
        String id = sample.id().value();
        boolean frame = sample.labels() instanceof Labels.Steering && id.matches("(?s).+#\\d{1,15}");
        return frame ? id.substring(0, id.lastIndexOf('#')) : id;
    }

    private byte[] stream(List<Sample> samples) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ArrowSampleWriter writer = ArrowSampleWriter.stream(Channels.newChannel(bytes), classes)) {
            for (Sample sample : samples) {
                writer.write(sample);
            }
            writer.finish();
        }
        return bytes.toByteArray();
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }
}
