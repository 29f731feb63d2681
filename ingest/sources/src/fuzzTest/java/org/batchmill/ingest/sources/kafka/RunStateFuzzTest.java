package org.batchmill.ingest.sources.kafka;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.batchmill.records.DataException;
import org.batchmill.testing.Fuzz;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a run keeps of its topic, of any content: blocks in its folder, notes of its group on the broker, its list of dead letters. */
class RunStateFuzzTest {

    enum Target {
        BLOCK_JOURNAL,
        COMMIT_NOTE,
        DEAD_LETTERS
    }

    @TempDir
    private Path folder;

    private static PartitionPosition partly() {
        BitSet rows = new BitSet();
        rows.set(0);
        rows.set(3);
        return new PartitionPosition(120, new TreeMap<>(Map.of(122L, rows)));
    }

    private static byte[] block() throws IOException {
        byte[] payload = BlockCodec.write(new Block(
                0,
                3,
                new Block.Order(true, 7),
                Map.of(0, partly(), 1, PartitionPosition.at(1)),
                List.of(
                        new Block.Entry(0, 10, 0, false, 1000, new byte[] {1, 2}),
                        new Block.Entry(1, 1, 0, true, 2000, null)),
                Map.of(0, PartitionPosition.at(10), 1, PartitionPosition.at(2))));
        return ByteBuffer.allocate(8 + payload.length)
                .putInt(payload.length)
                .putInt(0)
                .put(payload)
                .array();
    }

    private static Fuzz fuzz(Target target) throws IOException {
        return switch (target) {
            case BLOCK_JOURNAL ->
                Fuzz.of(DataException.class, "block-journal", List.of(block())).words("120+BQ.2-CQ", "+", "_2-", "-");
            case COMMIT_NOTE ->
                Fuzz.of(
                                DataException.class,
                                "commit-note",
                                List.of(("batchmill/1 run " + partly().encode()).getBytes(UTF_8)))
                        .words("+", ".", "_", "-", " ", "zzzzz-AQ", "99999999999999999999", "/////w", "AAAA");
            case DEAD_LETTERS ->
                Fuzz.of(
                                DataException.class,
                                "dead-letters",
                                List.of("{\"sample\":\"t/0/1/0\",\"cause\":\"x\"}\n".getBytes(UTF_8)))
                        .words("{", "}", "[", "\n", "\"", "{\"a\":", "9".repeat(1200), "\\u0000", "\u00ff");
        };
    }

    private void parse(Target target, byte[] input) throws IOException {
        switch (target) {
            case BLOCK_JOURNAL -> {
                Files.write(folder.resolve("blocks-000000000000.journal"), withChecksum(input));
                try (BlockJournal journal = BlockJournal.open(folder)) {
                    if (journal.holds(0)) {
                        journal.read(0);
                    }
                }
            }
            case COMMIT_NOTE -> CommitNote.read(new OffsetAndMetadata(120, new String(input, ISO_8859_1)));
            case DEAD_LETTERS -> DeadLetters.open(null, "dead", Files.write(folder.resolve("dead.jsonl"), input));
        }
    }

    /** The checksum of the first block made right, which else would be all that is looked at. */
    private static byte[] withChecksum(byte[] input) {
        if (input.length > 8) {
            CRC32C crc = new CRC32C();
            crc.update(input, 8, input.length - 8);
            ByteBuffer.wrap(input).putInt(0, input.length - 8).putInt(4, (int) crc.getValue());
        }
        return input;
    }

    @ParameterizedTest
    @EnumSource
    void shouldReadOrRefuseDamagedState(Target target) throws IOException {
        fuzz(target).inputs(200, this, input -> parse(target, input));
    }

    @ParameterizedTest
    @EnumSource
    @Tag("long")
    @Tag("soak")
    void shouldReadOrRefuseMuchDamagedState(Target target) throws IOException {
        fuzz(target).seconds(Fuzz.seconds(), this, input -> parse(target, input));
    }
}
