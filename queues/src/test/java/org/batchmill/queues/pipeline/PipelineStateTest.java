package org.batchmill.queues.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.batchmill.testing.Seed;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Restores at every batch of small runs with everything in them: shuffle, bad elements, partners, the ends of epochs. */
@Timeout(300)
@Tag("concurrent")
class PipelineStateTest {

    private static final int SIZE = 23;

    private static Ledger ledger() {
        return new Ledger(4).partners(3).bad(n -> n == 4 || n == 11 || n == 22).micros(n -> 37 * n % 50);
    }

    private static PipelineBuilder<Integer, Ledger.Element, Ledger.Batch> indexed(Ledger ledger) {
        return PipelineBuilder.of(
                IndexedSource.of(SIZE, index -> {
                    if (index == 7) {
                        throw new IOException("unreadable");
                    }
                    return (int) index;
                }),
                ledger);
    }

    private static PipelineBuilder<Integer, Ledger.Element, Ledger.Batch> stream(Ledger ledger) {
        return PipelineBuilder.of(new NumberStream(SIZE, n -> n == 7 || n == 8), ledger);
    }

    private static PipelineBuilder<Integer, Ledger.Element, Ledger.Batch> built(
            String source, String shuffle, FinalBatch finalBatch, long seed, Ledger ledger) {
        var builder = source.equals("indexed") ? indexed(ledger) : stream(ledger);
        return (source.equals("shard of stream") ? builder.shard(1, 2) : builder)
                .shuffle(Shuffle.parse(shuffle.replace('/', ':')))
                .seed(seed)
                .epochs(3L)
                .batchSize(4)
                .workers(2)
                .finalBatch(finalBatch)
                .errors(ErrorPolicy.skip(100));
    }

    @ParameterizedTest
    @CsvSource({
        "indexed, permutation, SMALLER",
        "indexed, permutation, DROPPED",
        "indexed, permutation, SMALLER_EACH_EPOCH",
        "indexed, permutation, DROPPED_EACH_EPOCH",
        "indexed, window/5, SMALLER",
        "indexed, none, SMALLER_EACH_EPOCH",
        "stream, none, SMALLER",
        "stream, none, DROPPED_EACH_EPOCH",
        "stream, window/5, SMALLER",
        "stream, window/5, SMALLER_EACH_EPOCH",
        "stream, window/23, SMALLER",
        "stream, window/100, SMALLER",
        "stream, window/1, SMALLER",
        "shard of stream, none, SMALLER_EACH_EPOCH",
        "shard of stream, window/5, SMALLER",
    })
    void shouldGoOnIdenticallyFromEveryBatch(String source, String shuffle, FinalBatch finalBatch) throws Exception {
        long seed = Seed.of(this);
        Supplier<PipelineBuilder<Integer, Ledger.Element, Ledger.Batch>> builder =
                () -> built(source, shuffle, finalBatch, seed, ledger());
        List<String> batches = new ArrayList<>();
        List<String> states = new ArrayList<>();
        long skipped;
        try (var pipeline = builder.get().start()) {
            states.add(pipeline.state().encode());
            for (Ledger.Batch batch = pipeline.next(); batch != null; batch = pipeline.next()) {
                batches.add(batch.toString());
                batch.close();
                states.add(pipeline.state().encode());
            }
            skipped = pipeline.metrics().counts().skipped();
        }
        assertThat(batches.size()).isGreaterThan(source.startsWith("shard") ? 5 : 9);
        for (int i = 0; i < states.size(); i++) {
            assertThat(states.get(i)).hasSizeLessThan(400);
            Ledger ledger = ledger();
            try (var pipeline = built(source, shuffle, finalBatch, seed, ledger)
                    .workers(1 + i % 3)
                    .restore(PipelineState.parse(states.get(i)))
                    .start()) {
                assertThat(PipelineOrderTest.drain(pipeline))
                        .as("after batch %s", i)
                        .isEqualTo(batches.subList(i, batches.size()));
                assertThat(pipeline.metrics().counts().skipped())
                        .as("skipped by the end")
                        .isEqualTo(skipped);
            }
            ledger.expectNothingAlive();
        }
    }

    @Test
    void shouldShuffleAStreamAndAnIndexedSourceAlikeByWindows() throws Exception {
        List<List<String>> runs = new ArrayList<>();
        for (String source : List.of("indexed", "stream")) {
            Ledger ledger = new Ledger();
            var builder = source.equals("indexed")
                    ? PipelineBuilder.of(IndexedSource.of(SIZE, i -> (int) i), ledger)
                    : PipelineBuilder.of(new NumberStream(SIZE, n -> false), ledger);
            try (var pipeline = builder.shuffle(Shuffle.window(6))
                    .seed(5)
                    .epochs(2L)
                    .batchSize(4)
                    .start()) {
                runs.add(PipelineOrderTest.drain(pipeline));
            }
        }
        assertThat(runs.get(0)).isEqualTo(runs.get(1));
    }

    @Test
    void shouldRefuseAStateOfAnotherOrder() throws Exception {
        PipelineState state;
        try (var pipeline =
                built("indexed", "permutation", FinalBatch.SMALLER, 1, ledger()).start()) {
            pipeline.next().close();
            state = pipeline.state();
        }
        assertThatThrownBy(() -> built("indexed", "permutation", FinalBatch.SMALLER, 2, ledger())
                        .restore(state)
                        .start())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("seed 1")
                .hasMessageContaining("seed 2");
        assertThatThrownBy(() -> built("indexed", "window/5", FinalBatch.SMALLER, 1, ledger())
                        .restore(state)
                        .start())
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldKeepAPositionWithAnyCharactersInItsText() {
        PipelineState state = new PipelineState(
                "a=b c%", 1, 2, LeftOut.NONE.with("x").with("y"), new FeedPosition(4, 5, 6, "{\"t\": [1, 2]}\n ü", ""));
        assertThat(PipelineState.parse(state.encode())).isEqualTo(state);
        assertThat(state.encode()).doesNotContain("\n");
    }

    @Test
    void shouldCountWhatAnEarlierVersionLeftOutWithoutItsNames() {
        String text = new PipelineState("o", 1, 2, LeftOut.NONE, new FeedPosition(4, 5, 6, "", "")).encode();
        assertThat(PipelineState.parse(text.replace("skipped=0", "skipped=7"))
                        .leftOut()
                        .size())
                .isEqualTo(7);
    }

    @Test
    void shouldRefuseTextThatIsNoState() {
        String good = new PipelineState("o", 1, 2, LeftOut.NONE, new FeedPosition(4, 5, 6, "", "")).encode();
        for (String bad : List.of(
                "",
                "x",
                good.replace("/1", "/9"),
                good.replace("skipped=0", "skipped=1 left=x,x"),
                good.replace("skipped=0", "skipped=1 left=?"),
                good.replace("epoch=4", "epoch=-4"),
                good.replace("epoch=4", "epoch=x"),
                good.replace(" epoch=4", ""),
                good + " rest")) {
            assertThatThrownBy(() -> PipelineState.parse(bad)).as(bad).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
