package org.batchmill.ingest.sources.kafka;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.batchmill.records.Sample;
import org.batchmill.records.SampleId;

/**
 * What is still asked about blocks that were handed out: their lists, and the samples that they hold out. Batches are filled ahead of the
 * trainer, so that it asks about a block some while after the last sample of it was taken. Safe for use by many threads.
 */
final class RecentBlocks {

    /** Lists of older blocks are read from the journal. */
    private static final int KEPT = 64;

    private final String topic;
    private final int mostHeld;
    private final TreeMap<Long, Block> blocks = new TreeMap<>();
    private final TreeMap<Long, Map<SampleId, Block.Entry>> entries = new TreeMap<>();
    private final TreeMap<Long, List<Sample>> held = new TreeMap<>();

    RecentBlocks(String topic, int mostHeld) {
        this.topic = topic;
        this.mostHeld = mostHeld;
    }

    /** A block is handed out now; those with its number or a later one, which the run has gone back behind, are forgotten. */
    synchronized void add(LoadedBlock loaded) {
        long number = loaded.block().number();
        for (TreeMap<Long, ?> map : List.of(blocks, entries, held)) {
            map.tailMap(number, true).clear();
        }
        blocks.put(number, loaded.block());
        if (blocks.size() > KEPT) {
            entries.remove(blocks.firstKey());
            blocks.pollFirstEntry();
        }
        held.put(number, loaded.heldOut());
        forgetHeld();
    }

    /** The trainer is at most {@value #KEPT} blocks behind: what is older than the last ones then is not asked for. */
    private void forgetHeld() {
        int count = 0;
        for (long number : new ArrayList<>(held.descendingKeySet())) {
            if (count >= mostHeld && number < blocks.firstKey()) {
                held.remove(number);
            } else if (number < blocks.firstKey()) {
                count += held.get(number).size();
            }
        }
    }

    synchronized Optional<Block> find(long number) {
        return Optional.ofNullable(blocks.get(number));
    }

    /** The last samples held out up to a block, oldest first. */
    synchronized List<Sample> heldOut(long block) {
        List<Sample> all = new ArrayList<>();
        held.headMap(block, true).values().forEach(all::addAll);
        return List.copyOf(all.subList(Math.max(0, all.size() - mostHeld), all.size()));
    }

    /** Samples held out before any block that is known here. */
    synchronized void restoreHeldOut(List<Sample> samples) {
        held.put(-1L, List.copyOf(samples));
    }

    /** What the journal says of a sample. */
    synchronized Optional<Block.Entry> entry(SampleId id) {
        for (Block block : blocks.descendingMap().values()) {
            Block.Entry entry = entries.computeIfAbsent(block.number(), number -> byId(block))
                    .get(id);
            if (entry != null) {
                return Optional.of(entry);
            }
        }
        return Optional.empty();
    }

    private Map<SampleId, Block.Entry> byId(Block block) {
        Map<SampleId, Block.Entry> byId = new HashMap<>();
        for (Block.Entry entry : block.entries()) {
            byId.put(SampleId.ofMessage(topic, entry.partition(), entry.offset(), entry.row()), entry);
        }
        return byId;
    }
}
