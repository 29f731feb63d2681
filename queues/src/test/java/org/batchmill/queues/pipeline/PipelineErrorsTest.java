package org.batchmill.queues.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(300)
@Tag("concurrent")
class PipelineErrorsTest {

    private static final IndexedSource<Integer> NUMBERS = IndexedSource.of(20, index -> (int) index);

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 8})
    void shouldDeliverTheBatchesBeforeABadElementAndThenNameIt(int workers) throws Exception {
        Ledger ledger = new Ledger(3).partners(1).bad(n -> n == 11).micros(n -> n == 11 ? 0 : 200);
        try (var pipeline = PipelineBuilder.of(NUMBERS, ledger)
                .batchSize(3)
                .workers(workers)
                .start()) {
            for (String expected :
                    List.of("0[0:0+1, 0:1+2, 0:2+3]", "1[0:3+4, 0:4+5, 0:5+6]", "2[0:6+7, 0:7+8, 0:8+9]")) {
                Ledger.Batch batch = pipeline.next();
                assertThat(batch).hasToString(expected);
                batch.close();
            }
            for (int again = 0; again < 2; again++) {
                assertThatThrownBy(pipeline::next)
                        .isInstanceOf(PipelineException.class)
                        .hasMessage("number 11 is bad")
                        .hasCauseInstanceOf(Ledger.BadElement.class);
            }
        }
        ledger.expectNothingAlive();
    }

    @Test
    void shouldNameEverySkippedElementWithItsCauseInOrder() throws Exception {
        Ledger ledger = new Ledger().bad(n -> n % 6 == 5);
        List<String> heard = Collections.synchronizedList(new ArrayList<>());
        IndexedSource<Integer> source = IndexedSource.of(20, index -> {
            if (index == 3) {
                throw new IOException("cannot read");
            }
            return (int) index;
        });
        try (var pipeline = PipelineBuilder.of(source, ledger)
                .batchSize(4)
                .workers(4)
                .errors(ErrorPolicy.skip(4))
                .listener(new PipelineListener() {
                    @Override
                    public void onSkipped(String name, Draw draw, Exception cause) {
                        heard.add(draw.sequence() + " " + name + ": " + cause.getMessage());
                    }
                })
                .start()) {
            assertThat(PipelineOrderTest.drain(pipeline)).hasSize(4);
            assertThat(pipeline.metrics().counts().skipped()).isEqualTo(4);
        }
        assertThat(heard)
                .containsExactly(
                        "3 element 3: cannot read",
                        "5 number 5: number 5 is bad",
                        "11 number 11: number 11 is bad",
                        "17 number 17: number 17 is bad");
    }

    @Test
    void shouldChargeTheBudgetOnceForAnElementThatEveryEpochMeets() throws Exception {
        Ledger ledger = new Ledger().bad(n -> n % 5 == 4);
        List<String> heard = Collections.synchronizedList(new ArrayList<>());
        PipelineListener listener = new PipelineListener() {
            @Override
            public void onSkipped(String name, Draw draw, Exception cause) {
                heard.add(draw.epoch() + " " + name);
            }
        };
        String state;
        try (var pipeline = PipelineBuilder.of(IndexedSource.of(20, index -> (int) index), ledger)
                .batchSize(4)
                .epochs(3L)
                .errors(ErrorPolicy.skip(4))
                .listener(listener)
                .start()) {
            assertThat(PipelineOrderTest.drain(pipeline)).as("48 good ones").hasSize(12);
            assertThat(pipeline.metrics().counts().skipped()).isEqualTo(4);
            state = pipeline.state().encode();
        }
        assertThat(heard).containsExactly("0 number 4", "0 number 9", "0 number 14", "0 number 19");
        try (var pipeline = PipelineBuilder.of(IndexedSource.of(20, index -> (int) index), ledger)
                .batchSize(4)
                .epochs(4L)
                .errors(ErrorPolicy.skip(4))
                .listener(listener)
                .restore(PipelineState.parse(state))
                .start()) {
            assertThat(PipelineOrderTest.drain(pipeline)).as("one more epoch").hasSize(4);
            assertThat(pipeline.metrics().counts().skipped()).isEqualTo(4);
        }
        assertThat(heard).hasSize(4);
    }

    @Test
    void shouldNameTheElementWhereItsExceptionDoesNot() {
        IndexedSource<Integer> source = IndexedSource.of(3, index -> {
            throw new NullPointerException();
        });
        try (var pipeline = PipelineBuilder.of(source, new Ledger()).start()) {
            assertThatThrownBy(pipeline::next).hasMessage("element 0: java.lang.NullPointerException");
        }
    }

    @Test
    void shouldShowWhyReadingEndedThroughAShuffleQueue() {
        StreamSource<Integer> broken = new NumberStream(10, n -> false) {
            @Override
            public Integer next() throws Exception {
                throw new IOException("connection lost");
            }
        };
        try (var pipeline = PipelineBuilder.of(broken, new Ledger())
                .shuffle(Shuffle.queue(4, 2))
                .errors(ErrorPolicy.skip(Long.MAX_VALUE))
                .start()) {
            assertThatThrownBy(pipeline::next)
                    .isInstanceOf(PipelineException.class)
                    .hasMessage("reading ended: connection lost")
                    .hasRootCauseInstanceOf(IOException.class);
        }
    }

    @Test
    void shouldFailAtTheFirstBadElementBeyondTheBudget() throws Exception {
        Ledger ledger = new Ledger().bad(n -> n % 5 == 4);
        try (var pipeline = PipelineBuilder.of(NUMBERS, ledger)
                .batchSize(4)
                .errors(ErrorPolicy.skip(2))
                .start()) {
            for (int i = 0; i < 3; i++) {
                pipeline.next().close();
            }
            assertThatThrownBy(pipeline::next)
                    .hasMessageContaining("number 14")
                    .hasMessageContaining("2 bad elements were left out before, and no more than 2 may be");
        }
        ledger.expectNothingAlive();
    }

    @Test
    void shouldFailOnAnExceptionThatDoesNotMeanABadElementWhateverTheBudget() throws Exception {
        Ledger ledger = new Ledger().bad(n -> n == 2);
        try (var pipeline = PipelineBuilder.of(NUMBERS, ledger)
                .errors(ErrorPolicy.skip(100))
                .skippable(e -> e instanceof IOException)
                .start()) {
            pipeline.next().close();
            pipeline.next().close();
            assertThatThrownBy(pipeline::next).hasMessageContaining("number 2");
        }
        ledger.expectNothingAlive();
    }

    @Test
    void shouldNotReadAStreamForEverThatDoesNotGetPastABadElement() throws Exception {
        StreamSource<Integer> stuck = new StreamSource<>() {
            @Override
            public Integer next() throws IOException {
                throw new IOException("connection lost");
            }

            @Override
            public String position() {
                return "always here";
            }

            @Override
            public void seek(String position) {}
        };
        try (var pipeline = PipelineBuilder.of(stuck, new Ledger())
                .errors(ErrorPolicy.skip(Long.MAX_VALUE))
                .start()) {
            assertThatThrownBy(pipeline::next).hasMessageContaining("connection lost");
        }
    }

    @Test
    void shouldEndAtOnceOnAnErrorOfTheMachine() {
        Ledger ledger = new Ledger();
        IndexedSource<Integer> source = IndexedSource.of(100, index -> {
            if (index == 5) {
                throw new OutOfMemoryError("no more");
            }
            return (int) index;
        });
        try (var pipeline = PipelineBuilder.of(source, ledger)
                .batchSize(50)
                .errors(ErrorPolicy.skip(1000))
                .start()) {
            assertThatThrownBy(pipeline::next)
                    .isInstanceOf(PipelineException.class)
                    .hasCauseInstanceOf(OutOfMemoryError.class);
        }
        ledger.expectNothingAlive();
    }

    @Test
    void shouldRefuseToShuffleWithoutASeed() {
        for (Shuffle shuffle : List.of(Shuffle.permutation(), Shuffle.window(4))) {
            assertThatThrownBy(() -> PipelineBuilder.of(NUMBERS, new Ledger())
                            .shuffle(shuffle)
                            .start())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("needs a seed");
        }
    }

    @Test
    void shouldRefuseAnEmptySource() {
        assertThatThrownBy(() -> PipelineBuilder.of(IndexedSource.of(0, i -> 0), new Ledger())
                        .start())
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldReadBackEveryShuffle() {
        for (String text : List.of("none", "permutation", "window:5", "queue:10,3")) {
            assertThat(Shuffle.parse(text)).hasToString(text);
        }
        for (String text :
                List.of("", "window", "window:x", "window:0", "queue:3", "queue:3,3", "queue:3,-1", "queue:1,2,3")) {
            assertThatThrownBy(() -> Shuffle.parse(text)).as(text).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
