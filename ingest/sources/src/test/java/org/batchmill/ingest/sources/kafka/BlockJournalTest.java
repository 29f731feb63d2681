package org.batchmill.ingest.sources.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.batchmill.records.DataException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlockJournalTest {

    @TempDir
    Path folder;

    /** A block of three samples of two partitions, one of them held out. */
    private static Block block(long number) {
        return new Block(
                number,
                3,
                new Block.Order(true, 7),
                Map.of(0, PartitionPosition.at(10 * number), 1, PartitionPosition.at(number)),
                List.of(
                        new Block.Entry(0, 10 * number, 0, false, 1000 + number, new byte[] {1, 2}),
                        new Block.Entry(0, 10 * number, 1, true, 1000 + number, null),
                        new Block.Entry(1, number, 0, false, 2000, new byte[0])),
                Map.of(0, PartitionPosition.at(10 * number + 10), 1, PartitionPosition.at(number + 1)));
    }

    private void write(int from, int to) throws IOException {
        try (BlockJournal journal = BlockJournal.open(folder)) {
            for (int i = from; i < to; i++) {
                journal.append(block(i));
            }
        }
    }

    private static void expectSame(Block read, Block written) {
        assertThat(read).usingRecursiveComparison().isEqualTo(written);
    }

    @Test
    void shouldReadWhatWasWrittenAfterReopening() throws Exception {
        write(0, 150);
        write(150, 160);
        try (BlockJournal journal = BlockJournal.open(folder)) {
            for (int i = 0; i < 160; i++) {
                expectSame(journal.read(i), block(i));
            }
            assertThat(journal.holds(160)).isFalse();
        }
    }

    @Test
    void shouldCutOffTheLastBlockWhereverItsWritingWasKilled() throws Exception {
        write(10, 13); // blocks of one length
        Path file = onlyFile();
        byte[] whole = Files.readAllBytes(file);
        int one = whole.length / 3;
        for (int length = 2 * one; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            try (BlockJournal journal = BlockJournal.open(folder)) {
                assertThat(journal.holds(11)).isTrue();
                assertThat(journal.holds(12)).as("cut at byte %d", length).isFalse();
            }
            assertThat(Files.size(file)).isEqualTo(2L * one);
        }
        write(12, 13);
        assertThat(files().stream().mapToLong(BlockJournalTest::size).sum()).isEqualTo(whole.length);
    }

    @Test
    void shouldWriteABlockWholeThoughItsThreadIsInterrupted() throws Exception {
        try (BlockJournal journal = BlockJournal.open(folder)) {
            journal.append(block(0));
            Thread.currentThread().interrupt();
            journal.append(block(1));
            assertThat(Thread.interrupted()).isTrue();
            journal.append(block(2));
        }
        try (BlockJournal journal = BlockJournal.open(folder)) {
            expectSame(journal.read(1), block(1));
            expectSame(journal.read(2), block(2));
        }
    }

    @Test
    void shouldRefuseDamageBeforeTheLastFile() throws Exception {
        write(0, 70);
        Path first = files().get(0);
        byte[] bytes = Files.readAllBytes(first);
        bytes[bytes.length / 2] ^= 4;
        Files.write(first, bytes);
        assertThatThrownBy(() -> BlockJournal.open(folder))
                .isInstanceOf(DataException.class)
                .hasMessageContaining(first.getFileName().toString());
    }

    @Test
    void shouldGoOnBehindACut() throws Exception {
        write(0, 130);
        for (int kept : new int[] {128, 100, 64, 63, 5}) {
            try (BlockJournal journal = BlockJournal.open(folder)) {
                journal.cutBehind(kept);
                assertThat(journal.holds(kept)).isTrue();
                assertThat(journal.holds(kept + 1)).isFalse();
                journal.append(block(kept + 1));
            }
            try (BlockJournal journal = BlockJournal.open(folder)) {
                expectSame(journal.read(kept + 1), block(kept + 1));
                assertThat(journal.holds(kept + 2)).isFalse();
            }
        }
        try (BlockJournal journal = BlockJournal.open(folder)) {
            journal.cutBehind(-1);
            journal.append(block(0));
            expectSame(journal.read(0), block(0));
        }
    }

    @Test
    void shouldForgetFilesWhoseBlocksAreNotNeeded() throws Exception {
        write(0, 200);
        try (BlockJournal journal = BlockJournal.open(folder)) {
            journal.forgetBefore(130);
            assertThat(journal.holds(127)).isFalse();
            assertThat(journal.holds(128)).isTrue();
            assertThatThrownBy(() -> journal.read(3))
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining("block 3");
            journal.append(block(200));
        }
        try (BlockJournal journal = BlockJournal.open(folder)) {
            expectSame(journal.read(200), block(200));
            expectSame(journal.read(128), block(128));
        }
    }

    private Path onlyFile() throws IOException {
        assertThat(files()).hasSize(1);
        return files().get(0);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return new ArrayList<>(files.sorted().toList());
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
