package org.batchmill.jobs.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import javax.imageio.ImageIO;
import org.batchmill.jobs.report.RunSummary;
import org.batchmill.testing.Await;
import org.batchmill.testing.Seed;
import org.batchmill.train.events.EventWriter;
import org.batchmill.train.trace.TraceWriter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every page in a real browser: what stands there is what the files of the runs say. */
@Tag("concurrent")
class DashboardPagesTest {

    private static final String[] COLUMNS = {
        "loss", "learning_rate", "gradient_norm", "images_per_second", "waited_share", "validation_loss", "metric"
    };
    private static final int STEPS = 2500;

    /** A name that would be somebody's script if it were taken for markup. */
    private static final String HOSTILE = "<img src=x onerror=\"document.title='taken'\">";

    private static Chromium browser;

    @TempDir
    Path folder;

    private Path run;
    private Dashboard dashboard;
    private final List<double[]> rows = new ArrayList<>();

    @AfterAll
    static void end() {
        if (browser != null) {
            browser.close();
            browser = null;
        }
    }

    @BeforeEach
    void open() throws IOException {
        // Here and not before all, so that each test that is skipped says why.
        browser = browser == null ? Chromium.start() : browser;
        browser.emulate(1400, 1000, false);
        run = Files.createDirectories(folder.resolve("first"));
        RandomGenerator random = Seed.random(Seed.of(this));
        StringBuilder lines = new StringBuilder("step," + String.join(",", COLUMNS) + "\n");
        for (int step = 1; step <= STEPS; step++) {
            double[] row = {
                step,
                20 / Math.sqrt(step) + random.nextDouble(),
                1e-3,
                random.nextDouble(),
                300,
                .02,
                Double.NaN,
                Double.NaN
            };
            line(lines, row);
            if (step % 500 == 0) {
                line(lines, new double[] {
                    step, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, 3, step / 5000.0
                });
            }
        }
        Files.writeString(run.resolve("metrics.csv"), lines);
        DashboardOptions options = new DashboardOptions();
        options.port = 0;
        dashboard = Dashboard.open(List.of(folder), options);
    }

    private void line(StringBuilder lines, double[] row) {
        rows.add(row);
        lines.append((long) row[0]);
        for (int i = 1; i < row.length; i++) {
            lines.append(',').append(Double.isNaN(row[i]) ? "" : Double.toString(row[i]));
        }
        lines.append('\n');
    }

    @AfterEach
    void shouldHaveGivenTheBrowserNothingToComplainOf() {
        if (dashboard == null) {
            return; // it was skipped
        }
        List<String> complaints = browser.complaints();
        browser.script("location.replace('about:blank')");
        dashboard.close();
        assertThat(complaints).isEmpty();
    }

    private void show(String page) throws Exception {
        browser.open(dashboard.address() + "#" + page);
    }

    private static String readout(String column, String run, String what) {
        return browser.text(
                "return document.querySelector(`[data-column=\"${arguments[0]}\"]`)"
                        + "?.querySelector(`tr[data-run=\"${arguments[1]}\"]`)?.dataset[arguments[2]]",
                column,
                run,
                what);
    }

    @Test
    void shouldShowTheValuesOfMetrics() throws Exception {
        show("scalars?run=0/first");

        for (int i = 0; i < COLUMNS.length; i++) {
            double last = Double.NaN;
            long at = 0;
            for (double[] row : rows) {
                if (!Double.isNaN(row[i + 1])) {
                    last = row[i + 1];
                    at = (long) row[0];
                }
            }
            assertThat(Double.parseDouble(readout(COLUMNS[i], "0/first", "value")))
                    .as(COLUMNS[i])
                    .isEqualTo(last);
            assertThat(readout(COLUMNS[i], "0/first", "at")).isEqualTo(Long.toString(at));
        }
    }

    @Test
    void shouldMoveThePointerByKeysAndShowOneStepAndAnother() throws Exception {
        show("scalars?run=0/first&from=1000&to=1200");

        press("loss", "Home");
        assertThat(readout("loss", "0/first", "at")).isEqualTo("1000");
        press("loss", "ArrowRight");
        double[] second =
                rows.stream().filter(row -> row[0] == 1001).findFirst().orElseThrow();
        assertThat(Double.parseDouble(readout("loss", "0/first", "value"))).isEqualTo(second[1]);
        press("loss", "End");
        assertThat(readout("loss", "0/first", "at")).isEqualTo("1200");
    }

    private static void press(String column, String key) {
        browser.script(
                "document.querySelector(`[data-column=\"${arguments[0]}\"] .chart`)"
                        + ".dispatchEvent(new KeyboardEvent('keydown', {key: arguments[1], bubbles: true}))",
                column,
                key);
    }

    @Test
    void shouldSmoothAsAPlainComputationDoes() throws Exception {
        show("scalars?run=0/first&smooth=0.9&from=1&to=600");

        double sum = 0;
        double weight = 1;
        for (double[] row : rows) {
            if (row[0] <= 600 && !Double.isNaN(row[1])) {
                sum = .9 * sum + .1 * row[1];
                weight *= .9;
            }
        }
        String shown = browser.text(
                "return document.querySelector('[data-column=loss] td[title=smoothed]').textContent.replace('≈ ', '')");
        assertThat(Double.parseDouble(shown)).isCloseTo(sum / (1 - weight), within(1e-4));
    }

    @Test
    void shouldFollowARunThatGoesOn() throws Exception {
        show("scalars?run=0/first");
        Files.writeString(run.resolve("metrics.csv"), (STEPS + 1) + ",0.125,,,,,,\n", StandardOpenOption.APPEND);

        Await.until(
                "the new step is shown", () -> readout("loss", "0/first", "at").equals(Integer.toString(STEPS + 1)));
        assertThat(readout("loss", "0/first", "value")).isEqualTo("0.125");
        Path second = Files.createDirectories(folder.resolve("second"));
        Files.writeString(second.resolve("metrics.csv"), "step,loss\n1,7\n");
        Await.until(
                "the new run is listed", () -> browser.text("return document.getElementById('run-list').textContent")
                        .contains("second"));
    }

    @Test
    void shouldDrawCurvesWhenTheyComeInSight() throws Exception {
        browser.emulate(390, 740, false);
        show("scalars");
        String last = "return [...document.querySelectorAll('#page .card')].pop().querySelectorAll(";
        String first = "return document.querySelectorAll('[data-column=loss] canvas').length";
        Await.until("the one in sight is drawn", () -> browser.text(first).equals("1"));
        assertThat(browser.text(last + "'canvas').length")).isEqualTo("0");
        // The numbers do not wait for it.
        assertThat(browser.text(last + "'.readout tr').length")).isEqualTo("1");

        browser.script("window.scrollTo(0, document.body.scrollHeight)");
        Await.until("it is drawn", () -> browser.text(last + "'canvas').length").equals("1"));
    }

    @Test
    void shouldKeepThePlaceOfTheKeyboardWhereNumbersCome() throws Exception {
        Path skipped = run.resolve("skipped.jsonl");
        Files.writeString(skipped, "{\"sample\":\"b\",\"cause\":\"x\"}\n{\"sample\":\"a\",\"cause\":\"y\"}\n");
        show("skipped?run=0/first");
        browser.script("document.querySelector('.skip').focus(); document.querySelector('.skip').click()");
        assertThat(browser.text("return document.activeElement.id + location.hash"))
                .isEqualTo("page#skipped?run=0/first");

        browser.script(
                "const head = document.querySelector('#page th button'); head.focus(); head.click(); window.old = head");
        Files.writeString(skipped, "{\"sample\":\"c\",\"cause\":\"z\"}\n", StandardOpenOption.APPEND);
        Await.until(
                "the new line is shown", () -> browser.text("return document.querySelectorAll('#page tbody tr').length")
                        .equals("3"));
        assertThat(browser.text("return document.activeElement !== window.old && document.activeElement.textContent"))
                .isEqualTo("Sample");
        assertThat(browser.text("return [...document.querySelectorAll('#page tbody td:first-child')].map((one) =>"
                        + " one.textContent).join()"))
                .isEqualTo("a,b,c");
    }

    @Test
    void shouldLayRunsOverEachOtherAndKeepTheChoiceInTheAddress() throws Exception {
        Path second = Files.createDirectories(folder.resolve("second"));
        Files.writeString(second.resolve("metrics.csv"), "step,loss\n1,7\n2,6.5\n");
        show("scalars");
        Await.until("both are shown", () -> readout("loss", "0/second", "value").equals("6.5"));

        browser.script("document.querySelector('input[data-run=\"0/first\"]').click()");
        Await.until("one is left", () -> readout("loss", "0/first", "value").equals("null"));
        assertThat(browser.text("return location.hash")).isEqualTo("#scalars?run=0%2Fsecond");
        assertThat(readout("loss", "0/second", "value")).isEqualTo("6.5");
    }

    @Test
    void shouldShowNamesAndCausesAsText() throws Exception {
        Path hostile = Files.createDirectories(folder.resolve("<b onclick=x>&amp;"));
        Files.writeString(hostile.resolve("metrics.csv"), "step,loss,<script>alert(1)</script>\n1,2,3\n");
        Files.writeString(
                hostile.resolve("skipped.jsonl"),
                "{\"sample\":\"" + HOSTILE.replace("\"", "\\\"")
                        + "\",\"cause\":\"<script>document.title='taken'</script>\"}\n");
        String id = "0%2F%3Cb%20onclick%3Dx%3E%26amp%3B";
        show("skipped?run=" + id);

        assertThat(browser.text("return document.querySelector('#page tbody td').textContent"))
                .isEqualTo(HOSTILE);
        assertThat(browser.text("return document.querySelector('#run-list').textContent"))
                .contains("<b onclick=x>&amp;");
        assertThat(browser.script("return document.querySelector('#page img, #page script, #run-list b')"))
                .isNull();
        show("scalars?run=" + id);
        assertThat(browser.text("return document.title")).isEqualTo("Scalars \u2013 Batchmill");
        assertThat(browser.text("return document.getElementById('page').textContent"))
                .contains("<script>alert(1)</script>");
    }

    @Test
    void shouldShowPicturesAndHistogramsOfEvents() throws Exception {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(30, 20, BufferedImage.TYPE_INT_RGB), "png", png);
        try (EventWriter events = EventWriter.in(run)) {
            events.image("batch", 20, 30, 3, png.toByteArray(), 100);
            events.image("batch", 20, 30, 3, png.toByteArray(), 200);
            events.histogram("variables/weights/conv1/weights", new float[] {-1, 0, 0, .5f, 1}, 100);
            events.histogram("variables/weights/conv1/weights", new float[] {-2, 0, 0, .5f, 1}, 200);
        }
        show("images?run=0/first");
        Await.until("the picture is there", () -> "30"
                .equals(browser.text("return document.querySelector('[data-tag=batch] img').naturalWidth")));
        assertThat(browser.text("return document.querySelector('[data-tag=batch] output').textContent"))
                .isEqualTo("200");

        show("histograms?run=0/first");
        assertThat(browser.text("return document.querySelector('[data-tag] p').textContent"))
                .isEqualTo("step 200: 5 values from -2 to 1");
    }

    @Test
    void shouldShowWhatEvaluationsFound() throws Exception {
        try (EventWriter events = EventWriter.in(run)) {
            events.scalar("validation/ap50/cat", .25, 500);
            events.scalar("validation/ap50/dog", .75, 500);
            events.scalar("validation/map50", .5, 500);
        }
        Files.writeString(
                run.resolve("evaluations.jsonl"),
                "{\"step\":500,\"classes\":[{\"name\":\"cat\",\"objects\":3,\"ap50\":0.25,\"curve\":[[0.1,1.0,0.9],[0.5,0.5,0.2]]},"
                        + "{\"name\":\"dog\",\"objects\":4,\"ap50\":0.75,\"curve\":[[1.0,0.75,0.9]]}],"
                        + "\"confusion\":[[1,2,0],[0,4,0],[5,6,0]]}\n{\"step\":1000,\"classes\":[{\"na");
        show("evaluation?run=0/first");

        assertThat(browser.text(
                        "return [...document.querySelectorAll('#confusion td')].map(td => td.textContent).join()"))
                .isEqualTo("1,2,0,0,4,0,5,6,0");
        assertThat(
                        browser.text(
                                "return [...document.querySelectorAll('#confusion tbody th')].map(th => th.textContent).join()"))
                .isEqualTo("cat,dog,background");
        assertThat(browser.text("return document.querySelector('tr[data-run=dog]').dataset.value"))
                .isEqualTo("0.75");
        assertThat(browser.text("return document.getElementById('evaluated').value"))
                .isEqualTo("500");
    }

    @Test
    void shouldNameTheSlowestStage() throws Exception {
        Files.writeString(
                run.resolve("input.jsonl"),
                """
                {"step":10,"samples":100,"run_ms":1000,"waited_ms":0,"workers":2,"prefetch":4,"ready":4,"in_flight":1,"stages":[{"name":"read","busy_ms":100,"count":100},{"name":"decode","busy_ms":200,"count":100}]}
                {"step":20,"samples":200,"run_ms":2000,"waited_ms":400,"workers":2,"prefetch":4,"ready":0,"in_flight":6,"stages":[{"name":"read","busy_ms":900,"count":200},{"name":"decode","busy_ms":400,"count":200}]}
                """);
        show("input?run=0/first");

        assertThat(browser.text("return document.getElementById('slowest').textContent"))
                .isEqualTo(
                        "The network of first waits for data 40 % of the time. The slowest stage is read, 8 ms a sample on 2 workers.");
        assertThat(Double.parseDouble(readout("waited_share", "0/first", "value")))
                .isEqualTo(.02);
    }

    @Test
    void shouldRankTheTrialsOfASearch() throws Exception {
        Path search = Files.createDirectories(folder.resolve("grid"));
        Files.writeString(
                search.resolve("results.jsonl"),
                """
                {"values":{"lr":"0.1","optimizer":"adam"},"fold":0,"score":"0.5"}
                {"values":{"lr":"0.1","optimizer":"adam"},"fold":1,"score":"0.7"}
                {"values":{"lr":"0.01","optimizer":"sgd"},"fold":0,"score":"0.9"}
                {"values":{"lr":"1","optimizer":"sgd"},"fold":0,"score":"NaN"}
                """);
        show("search?run=0/grid");
        String rows =
                "return [...document.querySelectorAll('#page tbody tr')].map(tr => [...tr.cells].map(td => td.textContent).join()).join('|')";

        assertThat(browser.text(rows)).isEqualTo("0.01,sgd,0.9,0,1|0.1,adam,0.6,0.1,2|1,sgd,failed,\u2013,1");
        browser.script("document.querySelector('#page th button').click()");
        assertThat(browser.text(rows)).startsWith("1,sgd,failed");
        assertThat(browser.text("return document.querySelector('#page th').getAttribute('aria-sort')"))
                .isEqualTo("descending");
    }

    @Test
    void shouldCompareSettings() throws Exception {
        Files.writeString(run.resolve("config.yaml"), "batch: 8\nresolved:\n  lr: 0.1\n  optimizer: adam\n");
        Path second = Files.createDirectories(folder.resolve("second"));
        Files.writeString(second.resolve("metrics.csv"), "step,loss\n1,7\n");
        Files.writeString(second.resolve("config.yaml"), "batch: 8\nresolved:\n  lr: 0.2\n  optimizer: adam\n");
        show("settings?run=0/first&run=0/second&differing=1");

        assertThat(browser.text("return document.querySelector('#settings tbody').textContent"))
                .isEqualTo("lr0.10.2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "scalars",
                "input",
                "images",
                "evaluation",
                "histograms",
                "graph",
                "settings",
                "skipped",
                "search",
                "summary",
                "steering",
                "timeline",
                "gang"
            })
    void shouldSayWhatToDoWhereThereIsNothingYet(String page) throws Exception {
        Path fresh = Files.createDirectories(folder.resolve("fresh"));
        Files.writeString(fresh.resolve("metrics.csv"), "");
        for (String chosen : List.of("0/fresh", "")) {
            show(page + "?run=" + chosen);
            assertThat(browser.text("return document.querySelector('#page .empty').textContent"))
                    .isNotBlank();
        }
    }

    @Test
    void shouldFollowTheSystemsColoursAndFitAPhone() throws Exception {
        writeMore();
        for (int width : new int[] {360, 3840}) {
            for (boolean dark : new boolean[] {false, true}) {
                browser.emulate(width, width < 1000 ? 740 : 2160, dark);
                for (String page : List.of("scalars", "summary", "evaluation", "steering", "timeline", "gang")) {
                    show(page + "?run=0/first");
                    assertThat(browser.text("return document.documentElement.dataset.theme"))
                            .isEqualTo(dark ? "dark" : "light");
                    assertThat(browser.script("return document.documentElement.scrollWidth <= window.innerWidth"))
                            .as(page)
                            .isEqualTo(true);
                }
            }
        }
        browser.script("document.getElementById('theme').click()");
        assertThat(browser.text("return document.documentElement.dataset.theme"))
                .isEqualTo("light");
    }

    /** Fills the pages whose parts are one's own: angles, spans, ranks and what a run came to. */
    private void writeMore() throws IOException {
        Files.writeString(
                run.resolve("evaluations.jsonl"),
                """
                {"step":500,"angles":{"every":1,"truth":[0,1],"predicted":[0.5,0.5]}}
                """);
        Files.writeString(run.resolve("rank-1.log"), "ready\n");
        new RunSummary().fact("model", "digits-cnn").write(run.resolve("summary.json"));
        try (TraceWriter trace = new TraceWriter(run.resolve("trace.json"))) {
            trace.span("training", "step", "step 1", System.nanoTime(), 1_000_000);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"scalars", "summary", "evaluation", "steering", "timeline", "gang", "histograms?form=surface"})
    void shouldReachEverythingByKeyboard(String page) throws Exception {
        writeMore();
        show(page);
        Object unreachable = browser.script(
                """
                return [...document.querySelectorAll('[onclick], nav a, button, input, select, .surface, .timeline, [data-chart] .chart')]
                    .filter(its => !its.closest('[hidden]') && its.tabIndex < 0).length""");
        assertThat(unreachable).isEqualTo(0L);
        assertThat(
                        browser.script(
                                "return [...document.querySelectorAll('input, select')].filter(its => !its.labels.length && !its.ariaLabel).length"))
                .isEqualTo(0L);
    }
}
