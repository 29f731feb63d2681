package org.batchmill.queues.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
import org.batchmill.queues.random.SplitMix64;
import org.batchmill.testing.Seed;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pipelines that share out the rows of each batch make, together, what one pipeline makes. */
@Timeout(300)
@Tag("concurrent")
class RowShareTest {

    private static final int BATCH = 7;

    private long seed;

    /** What a pipeline gives: a batch's rows and the state behind it, batch after batch. */
    private record Given(List<List<String>> rows, List<String> states) {}

    private interface Elements {
        PipelineBuilder<Integer, Ledger.Element, Ledger.Batch> over(Ledger ledger);
    }

    private static final Elements INDEXED =
            ledger -> PipelineBuilder.of(IndexedSource.of(53, index -> (int) index), ledger)
                    .shuffle(Shuffle.permutation());

    private static final Elements STREAM = ledger ->
            PipelineBuilder.of(new NumberStream(53, n -> false), ledger).shuffle(Shuffle.window(10));

    private Given drain(Elements elements, Ledger ledger, boolean skips, RowShare share, PipelineState from)
            throws InterruptedException {
        var builder = elements.over(ledger)
                .seed(seed)
                .epochs(3L)
                .batchSize(BATCH)
                .workers(3)
                .errors(skips ? ErrorPolicy.skip(100) : ErrorPolicy.fail());
        if (share != null) {
            builder.share(share);
        }
        if (from != null) {
            builder.restore(from);
        }
        Given given = new Given(new ArrayList<>(), new ArrayList<>());
        try (var pipeline = builder.start()) {
            for (Ledger.Batch batch = pipeline.next(); batch != null; batch = pipeline.next()) {
                given.rows.add(new ArrayList<>(batch.rows));
                given.states.add(pipeline.state().encode());
                batch.close();
            }
        }
        ledger.expectNothingAlive();
        return given;
    }

    private Ledger ledger(int partners, IntPredicate bad) {
        return new Ledger(3).partners(partners).bad(bad).micros(n -> (int) (SplitMix64.mix(seed, n) & 127));
    }

    @ParameterizedTest
    @CsvSource({"1, 0, false", "2, 0, false", "3, 3, false", "7, 1, false", "2, 9, false", "3, 0, true", "2, 3, true"})
    void shouldMakeTogetherWhatOneMakes(int ranks, int partners, boolean skips) throws Exception {
        seed = Seed.of(this);
        IntPredicate bad = n -> skips && n % 9 == 4;
        for (Elements elements : List.of(INDEXED, STREAM)) {
            Given whole = drain(elements, ledger(partners, bad), skips, null, null);
            for (int begin : new int[] {-1, 4}) {
                PipelineState from = begin < 0 ? null : PipelineState.parse(whole.states.get(begin));
                List<Given> shares = new ArrayList<>();
                for (int rank = 0; rank < ranks; rank++) {
                    shares.add(drain(elements, ledger(partners, bad), skips, RowShare.of(rank, ranks, BATCH), from));
                }
                List<List<String>> together = new ArrayList<>();
                for (int batch = begin + 1; batch < whole.rows.size(); batch++) {
                    List<String> rows = new ArrayList<>();
                    for (Given share : shares) {
                        rows.addAll(share.rows.get(batch - begin - 1));
                        assertThat(share.states.get(batch - begin - 1)).isEqualTo(whole.states.get(batch));
                    }
                    together.add(rows);
                }
                assertThat(together).isEqualTo(whole.rows.subList(begin + 1, whole.rows.size()));
            }
        }
    }

    /** Three epochs of 53 end with a batch of 5: the rank that has rows 5 and 6 gets a batch without rows, and nobody ends early. */
    @Test
    void shouldGiveEveryRankEveryBatch() throws Exception {
        seed = Seed.of(this);
        Given last = drain(INDEXED, ledger(0, n -> false), false, new RowShare(5, 7), null);
        assertThat(last.rows).hasSize(23);
        assertThat(last.rows.get(22)).isEmpty();
    }

    /** Decoding is what ranks share; partners are decoded where they are drawn. */
    @ParameterizedTest
    @CsvSource({"0, false, 69", "2, false, 113", "0, true, 159"})
    void shouldDecodeWhatItNeeds(int partners, boolean skips, int expected) throws Exception {
        seed = Seed.of(this);
        AtomicInteger decoded = new AtomicInteger();
        Ledger ledger = new Ledger(3).partners(partners).bad(n -> decoded.incrementAndGet() < 0);
        drain(INDEXED, ledger, skips, new RowShare(2, 5), null);
        assertThat(decoded).hasValue(expected);
    }

    @Test
    void shouldEndWithABadElementOfItsOwnAlone() throws Exception {
        seed = Seed.of(this);
        // 53 numbers in order, once: number 16 is row 2 of the third batch.
        Elements once = ledger -> PipelineBuilder.of(IndexedSource.of(53, index -> (int) index), ledger);
        assertThat(batchesBefore(once, new RowShare(3, 7))).isEqualTo(8);
        assertThat(batchesBefore(once, new RowShare(0, 3))).isEqualTo(2);
    }

    /** How many batches come before number 16 ends the pipeline, or the numbers end. */
    private int batchesBefore(Elements elements, RowShare share) throws InterruptedException {
        Ledger ledger = ledger(0, n -> n == 16);
        int batches = 0;
        try (var pipeline =
                elements.over(ledger).batchSize(BATCH).workers(3).share(share).start()) {
            for (Ledger.Batch batch = pipeline.next(); batch != null; batch = pipeline.next()) {
                batches++;
                batch.close();
            }
        } catch (PipelineException e) {
            assertThat(e).hasMessageContaining("number 16");
        }
        ledger.expectNothingAlive();
        return batches;
    }

    @Test
    void shouldShareOutEvenly() {
        List<Integer> rows = new ArrayList<>();
        for (int rank = 0; rank < 3; rank++) {
            RowShare share = RowShare.of(rank, 3, 64);
            assertThat(share.size()).isBetween(21, 22);
            for (int row = share.from(); row < share.to(); row++) {
                rows.add(row);
            }
        }
        assertThat(rows).hasSize(64).isSorted();
        assertThat(Collections.max(rows)).isEqualTo(63);
        assertThatThrownBy(() -> RowShare.of(0, 9, 8)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldRefuseAnOrderThatDependsOnTiming() {
        assertThatThrownBy(() -> PipelineBuilder.of(IndexedSource.of(53, index -> (int) index), new Ledger())
                        .shuffle(Shuffle.parse("queue:10,5"))
                        .batchSize(BATCH)
                        .share(new RowShare(0, 3))
                        .start())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("would not agree");
    }
}
