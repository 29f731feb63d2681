package org.batchmill.ingest.sources.kafka;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.batchmill.records.BoxRules;
import org.batchmill.records.Content;
import org.batchmill.records.DataException;
import org.batchmill.records.DataException.Kind;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleId;
import org.batchmill.records.arrow.ArrowSampleStream;
import org.batchmill.records.example.SampleExamples;

/**
 * Makes samples of messages. A message is good as a whole or bad as a whole, since it goes to the dead-letter topic as a whole. Images
 * are not decoded here. Used by one thread at a time.
 */
final class MessageReader {

    /** One that claims more rows than this is not what a producer of images sends. */
    private static final int MOST_ROWS = 1 << 16;

    private final MessageFormat format;
    private final BoxRules rules;
    private final SampleExamples examples;

    /** @param classes in label order; empty takes any */
    MessageReader(MessageFormat format, List<String> classes) {
        this.format = format;
        this.rules = new BoxRules(classes);
        this.examples = new SampleExamples(classes, rules);
    }

    /**
     * The samples in a message, in order; none in an Arrow stream without rows.
     *
     * @throws DataException if it cannot be read, for whatever reason: what one producer sent must not end a training
     */
    List<Sample> read(ConsumerRecord<byte[], byte[]> message) throws DataException {
        return readNamed(message).stream().map(Named::sample).toList();
    }

    /**
     * A sample under its message's id.
     *
     * @param name what whoever sent it calls it; empty for an image, which has no name
     */
    record Named(Sample sample, String name) {}

    /** As {@link #read}, with the names that the samples came under. */
    List<Named> readNamed(ConsumerRecord<byte[], byte[]> message) throws DataException {
        return guarded(message, () -> readUnguarded(message));
    }

    /** What is done with one message. */
    @FunctionalInterface
    interface Work<R> {
        R call() throws DataException;
    }

    /** Whatever work on a message throws, a stack or a heap that it exhausts included, is the fault of that message. */
    static <R> R guarded(ConsumerRecord<?, ?> message, Work<R> work) throws DataException {
        try {
            return work.call();
        } catch (RuntimeException | Error e) {
            String cause = e.getMessage() == null
                    ? ""
                    : ": " + e.getMessage().lines().findFirst().orElse("");
            throw new DataException(
                    Kind.CORRUPT,
                    id(message, 0).value(),
                    "the message cannot be read: " + e.getClass().getSimpleName() + cause,
                    e);
        }
    }

    private List<Named> readUnguarded(ConsumerRecord<byte[], byte[]> message) throws DataException {
        SampleId id = id(message, 0);
        byte[] value = message.value();
        if (value == null || value.length == 0) {
            throw new DataException(Kind.MISSING, id.value(), "the message has no value");
        }
        return switch (format == MessageFormat.AUTO ? told(value) : format) {
            case ARROW -> rows(message, value);
            case IMAGE ->
                List.of(new Named(
                        new Sample(
                                id,
                                new Content.EncodedImage(ByteBuffer.wrap(value)),
                                MessageLabels.read(message.headers(), rules, id.value())),
                        ""));
            case AUTO, EXAMPLE -> {
                Sample sample = examples.read(ByteBuffer.wrap(value), id, id.value());
                // Its own name may occur twice in a topic; the message's cannot.
                yield List.of(named(id, sample));
            }
        };
    }

    static SampleId id(ConsumerRecord<?, ?> message, int row) {
        return SampleId.ofMessage(message.topic(), message.partition(), message.offset(), row);
    }

    /** Every Arrow message since 0.15 begins with four bytes of ones; no Example begins like it, or like an image. */
    private static MessageFormat told(byte[] value) {
        if (startsWith(value, 0xff, 0xff, 0xff, 0xff)) {
            return MessageFormat.ARROW;
        }
        boolean image = startsWith(value, 0xff, 0xd8, 0xff)
                || startsWith(value, 0x89, 'P', 'N', 'G')
                || startsWith(value, 'R', 'I', 'F', 'F')
                || startsWith(value, 'G', 'I', 'F', '8')
                || startsWith(value, 'B', 'M');
        return image ? MessageFormat.IMAGE : MessageFormat.EXAMPLE;
    }

    private static boolean startsWith(byte[] value, int... bytes) {
        if (value.length < bytes.length) {
            return false;
        }
        for (int i = 0; i < bytes.length; i++) {
            if ((value[i] & 0xff) != bytes[i]) {
                return false;
            }
        }
        return true;
    }

    private static Named named(SampleId id, Sample sample) {
        return new Named(
                new Sample(id, sample.content(), sample.labels()), sample.id().value());
    }

    private List<Named> rows(ConsumerRecord<byte[], byte[]> message, byte[] value) throws DataException {
        String where = message.topic() + "/" + message.partition() + "/" + message.offset();
        List<Named> rows = new ArrayList<>();
        try (ArrowSampleStream stream =
                new ArrowSampleStream(Channels.newChannel(new ByteArrayInputStream(value)), where)) {
            for (Sample sample = stream.next(); sample != null; sample = stream.next()) {
                if (rows.size() == MOST_ROWS) {
                    throw new DataException(Kind.TOO_LARGE, where, "holds more than " + MOST_ROWS + " rows");
                }
                rows.add(named(id(message, rows.size()), sample));
            }
        } catch (DataException e) {
            throw e;
        } catch (IOException e) {
            throw new DataException(Kind.CORRUPT, where, "the Arrow stream cannot be read: " + e.getMessage(), e);
        }
        return rows;
    }
}
