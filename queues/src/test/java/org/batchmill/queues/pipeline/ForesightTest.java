package org.batchmill.queues.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A source hears of what will be read, in the order in which it will be, before it is. */
@Timeout(300)
@Tag("concurrent")
class ForesightTest {

    private static final int SIZE = 150;

    private final List<Long> foreseen = Collections.synchronizedList(new ArrayList<>());
    private final List<Long> read = Collections.synchronizedList(new ArrayList<>());
    private final List<Long> unforeseen = Collections.synchronizedList(new ArrayList<>());

    private final IndexedSource<Integer> source = IndexedSource.of(SIZE, this::read, foreseen::add);

    private int read(long index) {
        synchronized (foreseen) {
            long told = foreseen.stream().filter(each -> each == index).count();
            read.add(index);
            if (told < read.stream().filter(each -> each == index).count()) {
                unforeseen.add(index);
            }
        }
        return (int) index;
    }

    private PipelineBuilder<Integer, Ledger.Element, Ledger.Batch> builder() {
        return PipelineBuilder.of(source, new Ledger(3))
                .shuffle(Shuffle.permutation())
                .seed(7)
                .epochs(3L)
                .batchSize(10)
                .workers(1);
    }

    @Test
    void shouldForeseeEachDrawOnceInOrder() throws Exception {
        try (var pipeline = builder().start()) {
            PipelineOrderTest.drain(pipeline);
        }
        assertThat(unforeseen).isEmpty();
        assertThat(read).hasSize(3 * SIZE);
        assertThat(foreseen).isEqualTo(read);
    }

    /** Each rank of a gang reads its rows alone, and hears of those alone. */
    @Test
    void shouldForeseeTheRowsOfEachRank() throws Exception {
        for (RowShare rows : List.of(new RowShare(0, 3), new RowShare(3, 10))) {
            foreseen.clear();
            read.clear();
            try (var pipeline = builder().share(rows).start()) {
                PipelineOrderTest.drain(pipeline);
            }
            assertThat(unforeseen).isEmpty();
            assertThat(read).hasSizeGreaterThanOrEqualTo(3 * SIZE / 10 * rows.size());
            assertThat(foreseen).isEqualTo(read);
        }
    }

    @Test
    void shouldForeseeWhatFollowsARestoredState() throws Exception {
        foreseeFrom(this::builder);
        assertThat(read).hasSize(3 * SIZE - 200);
    }

    @Test
    void shouldForeseeTheRowsOfARankThatFollowARestoredState() throws Exception {
        foreseeFrom(() -> builder().share(new RowShare(3, 10)));
    }

    /** @param builders with a ledger of its own each: what the first one made ahead counts for nothing afterwards */
    private void foreseeFrom(Supplier<PipelineBuilder<Integer, Ledger.Element, Ledger.Batch>> builders)
            throws Exception {
        PipelineState state;
        try (var pipeline = builders.get().start()) {
            for (int i = 0; i < 20; i++) {
                pipeline.next().close();
            }
            state = pipeline.state();
        }
        foreseen.clear();
        read.clear();
        try (var pipeline = builders.get().restore(state).start()) {
            PipelineOrderTest.drain(pipeline);
        }
        assertThat(unforeseen).isEmpty();
        assertThat(read).isNotEmpty();
        assertThat(foreseen).isEqualTo(read);
    }
}
