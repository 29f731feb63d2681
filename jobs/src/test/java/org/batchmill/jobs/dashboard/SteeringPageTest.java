package org.batchmill.jobs.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.random.RandomGenerator;
import org.batchmill.testing.Seed;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Angles of evaluations and of drives in a real browser: what stands there follows from the files. */
@Tag("concurrent")
class SteeringPageTest {

    private static final int FRAMES = 10_000;

    @TempDir
    Path folder;

    private static String value(OpenPages pages, String curve, String what) {
        return pages.text(
                "return document.querySelector(`#page tr[data-run=\"${arguments[0]}\"]`)?.dataset[arguments[1]]",
                curve,
                what);
    }

    private static double error(OpenPages pages, String name) {
        return Double.parseDouble(pages.text(
                "return [...document.querySelectorAll('#page tbody tr')]"
                        + ".find((row) => row.firstChild.textContent === arguments[0]).lastChild.textContent",
                name));
    }

    @Test
    void shouldShowTheAnglesOfAnEvaluation() throws Exception {
        Path run = Files.createDirectories(folder.resolve("first"));
        Files.writeString(run.resolve("metrics.csv"), "step,loss\n20,1\n");
        Files.writeString(
                run.resolve("evaluations.jsonl"),
                """
                {"step":10,"angles":{"every":1,"truth":[0],"predicted":[0]}}
                {"step":20,"angles":{"every":2,"truth":[0.5,-0.25,null],"predicted":[0.25,0.25,1]}}
                {"step":30,"angles":{"predicted":["x",null,0.75]}}
                """);
        try (OpenPages pages = OpenPages.of(folder)) {
            pages.show("steering");
            assertThat(value(pages, "prediction", "value")).isEqualTo("0.75");
            pages.show("steering?angles=20");

            assertThat(value(pages, "truth", "value")).isEqualTo("-0.25");
            assertThat(value(pages, "truth", "at")).isEqualTo("2");
            assertThat(value(pages, "prediction", "value")).isEqualTo("1");
            assertThat(error(pages, "frames")).isEqualTo(2);
            assertThat(error(pages, "root of the mean square")).isCloseTo(Math.sqrt((.0625 + .25) / 2), within(1e-5));
            assertThat(error(pages, "mean")).isEqualTo(.125);
            assertThat(error(pages, "largest")).isEqualTo(.5);
            pages.show("steering?angles=10");
            assertThat(value(pages, "truth", "value")).isEqualTo("0");
        }
    }

    @Test
    void shouldShowTheAnglesOfADriveThinnedOut() throws Exception {
        Path run = Files.createDirectories(folder.resolve("second"));
        Files.writeString(run.resolve("metrics.csv"), "step,loss\n");
        RandomGenerator random = Seed.random(Seed.of(this));
        StringBuilder csv = new StringBuilder("sample,truth,prediction\n");
        double squares = 0;
        int shown = 0;
        int every = (FRAMES + 4095) / 4096;
        for (int i = 0; i < FRAMES; i++) {
            float truth = random.nextFloat() - .5f;
            float predicted = random.nextFloat() - .5f;
            csv.append("a,b.mp4#")
                    .append(i)
                    .append(',')
                    .append(truth)
                    .append(',')
                    .append(predicted)
                    .append('\n');
            if (i % every == 0) {
                squares += Math.pow((double) predicted - truth, 2);
                shown++;
            }
        }
        Files.writeString(run.resolve("angles-drive.csv"), csv + "half a li\n");
        Files.writeString(folder.resolve("angles-outside.csv"), csv);
        Files.createSymbolicLink(run.resolve("angles-linked.csv"), folder.resolve("nowhere.csv"));
        try (OpenPages pages = OpenPages.of(folder)) {
            pages.show("steering");

            assertThat(error(pages, "root of the mean square")).isCloseTo(Math.sqrt(squares / shown), within(1e-4));
            assertThat(pages.text(
                            "return [...document.querySelectorAll('#angles option')].map((one) => one.value).join()"))
                    .isEqualTo("angles-drive.csv");
            assertThat(pages.text("return document.getElementById('page').textContent"))
                    .contains("One frame of 3 is drawn. 1 line cannot be read.");
        }
    }
}
