package org.batchmill.ingest.sources.kafka;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.batchmill.records.DataException;
import org.batchmill.records.Sample;

/** Takes messages apart into rows: one that says what is wrong, where a message is bad. Used by one thread at a time. */
final class MessageRows {

    private final MessageReader messages;
    private final HoldOut holdOut;
    private final SampleCheck check;

    MessageRows(TopicOptions options, SampleCheck check) {
        this.messages = new MessageReader(options.format(), options.classes());
        this.holdOut = new HoldOut(options.seed(), options.held().share());
        this.check = check;
    }

    /** The rows of a message; none of an Arrow stream without rows. */
    List<Row> of(ConsumerRecord<byte[], byte[]> message) {
        try {
            List<Sample> samples = messages.read(message);
            MessageReader.guarded(message, () -> {
                for (Sample sample : samples) {
                    check.check(sample);
                }
                return samples;
            });
            List<Row> rows = new ArrayList<>(samples.size());
            boolean held = holdOut.keeps(message);
            for (int i = 0; i < samples.size(); i++) {
                rows.add(new Row(entry(message, i, held), i == samples.size() - 1, samples.get(i), null));
            }
            return rows;
        } catch (DataException e) {
            return List.of(new Row(
                    entry(message, 0, false), true, null, new BadMessageException(MessageReader.id(message, 0), e)));
        }
    }

    private static Block.Entry entry(ConsumerRecord<byte[], byte[]> message, int row, boolean heldOut) {
        return new Block.Entry(message.partition(), message.offset(), row, heldOut, message.timestamp(), message.key());
    }
}
