package org.batchmill.train.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.batchmill.records.UsageException;
import org.batchmill.train.optimize.Optimizer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecipesTest {

    /** By the configuration of 2015: update n is step n - 1. */
    @ParameterizedTest
    @CsvSource({
        "0, 1e-4",
        "18, 1e-4",
        "19, 5e-4",
        "39, 2.5e-3",
        "59, 5e-3",
        "79, .01",
        "19998, .01",
        "19999, .001",
        "29999, 1e-4"
    })
    void shouldFollowTheSchedulesOfTheReference(long step, double rate) {
        assertThat(Recipes.darknet("yolo-v1-tiny", 0, 0)
                        .optimization()
                        .schedule()
                        .rate(step))
                .isCloseTo(rate, within(1e-12));
    }

    @Test
    void shouldComputeTheReferencesBatchInPieces() {
        Recipe recipe = Recipes.byName("darknet", "yolo-v1-tiny", 0, 0);

        assertThat(recipe.batch()).isEqualTo(64);
        assertThat(recipe.rowsAtATime()).isEqualTo(32);
        assertThat(recipe.optimization().optimizer()).isEqualTo(new Optimizer.Momentum(.9f));
        assertThat(recipe.steps()).isEqualTo(40_000);
    }

    /** A batch of 37 was computed image by image, and one of 74 two by two. */
    @ParameterizedTest
    @CsvSource({
        "1, 1",
        "32, 32",
        "33, 11",
        "37, 19",
        "48, 24",
        "49, 25",
        "62, 31",
        "74, 25",
        "96, 32",
        "128, 32",
        "1024, 32"
    })
    void shouldComputeFewPiecesOfWhateverBatch(int batch, int rows) {
        assertThat(Recipes.darknet("yolo-v1-mini", batch, 100).rowsAtATime()).isEqualTo(rows);
    }

    @Test
    void shouldReduceTheRateAtTheSameSharesOfAShorterRun() {
        Recipe recipe = Recipes.darknet("yolo-v1-mini", 16, 4_000);

        assertThat(recipe.optimization().schedule().rate(3_000))
                .isCloseTo(recipe.optimization().schedule().rate(1_000) / 100, within(1e-12));
    }

    @Test
    void shouldWarmUpAndEndNearNothing() {
        Recipe recipe = Recipes.byName("modern", "yolo-v1-mini", 0, 1_000);

        assertThat(recipe.optimization().schedule().rate(0))
                .isLessThan(recipe.optimization().schedule().rate(49));
        assertThat(recipe.optimization().schedule().rate(1_000)).isCloseTo(2e-5, within(1e-9));
        assertThat(recipe.augmentation().mosaic()).isEqualTo(.5);
    }

    @Test
    void shouldNameTheRecipesThereAre() {
        assertThatThrownBy(() -> Recipes.byName("secret", "yolo-v1-mini", 0, 0))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("darknet, modern");
    }
}
