package org.batchmill.train.tune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.batchmill.records.UsageException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("concurrent")
class SearchTest {

    private static final List<Trial> GRID = Trial.grid(List.of(
            new Option.Choice("batch", List.of("10", "20")), new Option.Choice("epochs", List.of("5", "50", "100"))));

    @TempDir
    Path folder;

    /** Best with batch 20 and 50 epochs. */
    private static double score(Trial trial, int fold) {
        double batch = Double.parseDouble(trial.values().get("batch"));
        double epochs = Double.parseDouble(trial.values().get("epochs"));
        return batch / 100 - Math.abs(epochs - 50) / 100 + fold * .01;
    }

    @Test
    void shouldTryEveryCombinationAndRankThem() throws Exception {
        Search search = new Search(folder.resolve("trials.jsonl"), 2, 3);
        Ranking ranking = search.run(GRID, SearchTest::score, "accuracy", true);
        assertThat(ranking.places()).hasSize(6);
        assertThat(ranking.places().get(0).trial().values())
                .containsEntry("batch", "20")
                .containsEntry("epochs", "50");
        assertThat(ranking.places().get(0).mean()).isCloseTo(.21, within(1e-12));
        assertThat(ranking.format().lines().findFirst()).hasValueSatisfying(line -> assertThat(line)
                .contains("1  accuracy 0.21000 +- 0.0082")
                .endsWith("batch=20  epochs=50"));
        Ranking lower = search.run(GRID, SearchTest::score, "loss", false);
        assertThat(lower.places().get(5).trial())
                .isEqualTo(ranking.places().get(0).trial());
    }

    @Test
    void shouldGoOnWhereItWasCut() throws Exception {
        Path results = folder.resolve("trials.jsonl");
        AtomicInteger runs = new AtomicInteger();
        Search.Objective counting = (trial, fold) -> {
            runs.incrementAndGet();
            return score(trial, fold);
        };
        new Search(results, 1, 2).run(GRID.subList(0, 2), counting, "accuracy", true);
        assertThat(runs).hasValue(4);
        Files.writeString(results, "{\"values\":{\"batch\":\"1", StandardOpenOption.APPEND);
        Ranking ranking = new Search(results, 2, 2).run(GRID, counting, "accuracy", true);
        assertThat(runs).as("only what was missing").hasValue(12);
        assertThat(ranking.places().get(0).mean()).isGreaterThan(.2);
        new Search(results, 2, 2).run(GRID, counting, "accuracy", true);
        assertThat(runs).hasValue(12);
    }

    @Test
    void shouldKeepWhatATrialScoredThatAStopReachedTooLate() throws Exception {
        Path results = folder.resolve("trials.jsonl");
        Ranking ranking = new Search(results, 2, 1)
                .run(
                        GRID,
                        (trial, fold) -> {
                            Thread.currentThread().interrupt();
                            return score(trial, fold);
                        },
                        "accuracy",
                        true);
        assertThat(ranking.places()).hasSize(6).noneMatch(place -> Double.isNaN(place.mean()));
        assertThat(Files.readAllLines(results)).hasSize(6);
    }

    @Test
    void shouldEndAfterItsTrialsWhenOneWasStopped() throws Exception {
        Path results = folder.resolve("trials.jsonl");
        CountDownLatch bothRun = new CountDownLatch(2);
        CompletableFuture<Thread> stopped = new CompletableFuture<>();
        Search.Objective objective = (trial, fold) -> {
            bothRun.countDown();
            bothRun.await();
            if (trial.values().get("batch").equals("10")) {
                stopped.complete(Thread.currentThread());
                Thread.currentThread().interrupt(); // stays behind for the pool's thread to meet
                throw new InterruptedException("a stop was requested");
            }
            while (stopped.get().getState() == Thread.State.RUNNABLE) {
                Thread.onSpinWait(); // until that thread waits for its next trial, or is dead
            }
            return score(trial, fold);
        };
        List<Trial> two = List.of(GRID.get(0), GRID.get(GRID.size() - 1));
        assertThatThrownBy(() -> new Search(results, 2, 1).run(two, objective, "accuracy", true))
                .isInstanceOf(InterruptedException.class);
        assertThat(Files.readAllLines(results)).singleElement().asString().contains("\"20\"");
    }

    @Test
    void shouldPutTrialsThatFailLast() throws Exception {
        Ranking ranking = new Search(folder.resolve("trials.jsonl"), 1, 1)
                .run(
                        GRID,
                        (trial, fold) -> {
                            if (trial.values().get("epochs").equals("50")) {
                                throw new IllegalStateException("diverged");
                            }
                            return score(trial, fold);
                        },
                        "accuracy",
                        true);
        assertThat(ranking.places().get(5).mean()).isNaN();
        assertThat(ranking.places().get(4).mean()).isNaN();
        assertThat(ranking.places().get(3).mean()).isNotNaN();
        assertThat(ranking.format()).contains("failed");
    }

    @Test
    void shouldDrawTheSameForTheSameSeedAndInsideItsRanges() {
        List<Option> options = List.of(
                new Option.LogUniform("lr", 1e-5, 1e-1),
                new Option.Uniform("dropout", .2, .6),
                new Option.Choice("optimizer", List.of("adam", "sgd")));
        List<Trial> trials = Trial.random(options, 200, 4);
        assertThat(Trial.random(options, 50, 4)).isEqualTo(trials.subList(0, 50));
        long small = 0;
        for (Trial trial : trials) {
            double rate = Double.parseDouble(trial.values().get("lr"));
            assertThat(rate).isBetween(1e-5, 1e-1);
            small += rate < 1e-3 ? 1 : 0;
            assertThat(Double.parseDouble(trial.values().get("dropout"))).isBetween(.2, .6);
        }
        assertThat(small).as("half of the sizes are below 1e-3").isBetween(70L, 130L);
    }

    @Test
    void shouldHoldOutEverySampleOnce() {
        Folds folds = new Folds(23, 5, 9);
        int[] seen = IntStream.range(0, 5)
                .mapToObj(folds::validation)
                .flatMapToInt(IntStream::of)
                .sorted()
                .toArray();
        assertThat(seen).isEqualTo(IntStream.range(0, 23).toArray());
        for (int fold = 0; fold < 5; fold++) {
            assertThat(folds.validation(fold).length).isBetween(4, 5);
            assertThat(IntStream.concat(IntStream.of(folds.training(fold)), IntStream.of(folds.validation(fold)))
                            .sorted()
                            .toArray())
                    .isEqualTo(IntStream.range(0, 23).toArray());
        }
        assertThatThrownBy(() -> new Folds(3, 4, 1)).isInstanceOf(UsageException.class);
    }

    @Test
    void shouldHoldOutAShareOnce() {
        Folds folds = Folds.holdOut(10, .25, 1);
        assertThat(folds.count()).isOne();
        assertThat(folds.validation(0)).hasSize(3);
        assertThat(IntStream.concat(IntStream.of(folds.validation(0)), IntStream.of(folds.training(0)))
                        .sorted())
                .containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        assertThat(Folds.holdOut(2, .01, 1).validation(0)).hasSize(1);
        assertThatThrownBy(() -> Folds.holdOut(10, 1, 1)).isInstanceOf(UsageException.class);
    }
}
