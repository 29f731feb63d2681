package org.batchmill.ingest.sources.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.batchmill.records.DataException;
import org.batchmill.testing.Seed;
import org.junit.jupiter.api.Test;

/** The positions behind a part of a shuffled block say exactly what was handed out, also when they went through a commit. */
class BlockTest {

    private static final int PARTITIONS = 3;

    /** Messages of one to four rows with gaps between them, from the partitions in turns; the last may reach beyond the block. */
    private static Block random(RandomGenerator random) {
        List<Block.Entry> entries = new ArrayList<>();
        long[] next = new long[PARTITIONS];
        Map<Integer, PartitionPosition> start =
                Map.of(0, PartitionPosition.at(0), 1, PartitionPosition.at(0), 2, PartitionPosition.at(0));
        for (int i = 0; i < 40; i++) {
            int partition = random.nextInt(PARTITIONS);
            long offset = next[partition] + random.nextInt(3);
            int rows = 1 + random.nextInt(4);
            boolean held = random.nextInt(5) == 0;
            for (int row = 0; row < rows; row++) {
                entries.add(new Block.Entry(partition, offset, row, held, 0, null));
            }
            next[partition] = offset + 1;
        }
        return new Block(
                5,
                0,
                new Block.Order(true, random.nextLong()),
                start,
                entries,
                Map.of(
                        0,
                        PartitionPosition.at(next[0]),
                        1,
                        PartitionPosition.at(next[1]),
                        2,
                        PartitionPosition.at(next[2])));
    }

    @Test
    void shouldSayOfEverySampleWhetherItWasHandedOut() {
        RandomGenerator random = Seed.random(Seed.of(this));
        for (int round = 0; round < 50; round++) {
            Block block = random(random);
            int[] order = block.handingOut();
            assertThat(order).hasSize(block.size());
            Set<Integer> handedOut = new HashSet<>();
            for (int i = 0; i <= order.length; i++) {
                Map<Integer, PartitionPosition> positions = throughCommits(block.positionsBehind(i));
                for (int at = 0; at < block.entries().size(); at++) {
                    Block.Entry entry = block.entries().get(at);
                    boolean taken = positions.get(entry.partition()).isTaken(entry.offset(), entry.row());
                    // Before the first sample nothing is taken, not even what is held out.
                    assertThat(taken)
                            .as("%d handed out, entry %d", i, at)
                            .isEqualTo(handedOut.contains(at) || (i > 0 && entry.heldOut()));
                }
                if (i < order.length) {
                    assertThat(handedOut.add(order[i])).isTrue();
                }
            }
        }
    }

    private static Map<Integer, PartitionPosition> throughCommits(Map<Integer, PartitionPosition> positions) {
        Map<Integer, PartitionPosition> read = new HashMap<>();
        positions.forEach((partition, position) -> {
            OffsetAndMetadata stored = CommitNote.write("run", position);
            assertThat(stored.offset()).isEqualTo(position.offset());
            CommitNote note = CommitNote.read(stored);
            assertThat(note.run()).isEqualTo("run");
            read.put(partition, note.position());
        });
        return read;
    }

    @Test
    void shouldFitTheNoteOnTheLargestBlockIntoACommit() {
        RandomGenerator random = Seed.random(Seed.of(this));
        List<Block.Entry> entries = new ArrayList<>();
        for (int i = 0; i < 16_384; i++) {
            entries.add(new Block.Entry(0, i, 0, false, 0, null));
        }
        Block block = new Block(
                1,
                0,
                new Block.Order(true, random.nextLong()),
                Map.of(0, PartitionPosition.at(0)),
                entries,
                Map.of(0, PartitionPosition.at(16_384)));
        PartitionPosition position = block.positionsBehind(8000).get(0);
        OffsetAndMetadata note = CommitNote.write("12345678", position);
        assertThat(note.metadata().length()).isLessThan(4096);
        assertThat(CommitNote.read(note).position()).isEqualTo(position);
    }

    @Test
    void shouldTakeSomebodyElsesCommitByItsOffset() {
        for (String metadata :
                List.of("", "whatever", "batchmill/1 a b", "batchmill/1 run 17+AA.", "batchmill/1 run 9")) {
            CommitNote note = CommitNote.read(new OffsetAndMetadata(12, metadata));
            assertThat(note.position()).isEqualTo(PartitionPosition.at(12));
        }
    }

    /** A character of the text can say six times that something is taken, each of which costs a hundred bytes. */
    @Test
    void shouldNotTakeMoreMemoryThanABlockNeedsWhateverATextClaims() {
        String much = "0+" + "!".repeat(1 << 18) + ".";
        assertThatThrownBy(() -> PartitionPosition.parse(much)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> PartitionPosition.parse("0+" + "A".repeat(4 << 20) + "B."))
                .isInstanceOf(IllegalArgumentException.class);

        String some = "0+" + "!".repeat(1 << 14) + ".";
        assertThat(PartitionPosition.parse(some).taken()).hasSize(6 << 14);
        StringBuilder position = new StringBuilder("run 1 0 0");
        for (int partition = 0; partition < 1000; partition++) {
            position.append(' ').append(partition).append('=').append(some);
        }
        assertThatThrownBy(() -> TopicPosition.parse(position.toString()))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("is none of a topic");
    }
}
