package org.batchmill.jobs.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.random.RandomGenerator;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.batchmill.jobs.report.RunSummary;
import org.batchmill.testing.Seed;
import org.batchmill.train.events.EventWriter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** The pages in one file: from the file system alone, in a real browser where it is about what is shown. */
@Tag("concurrent")
class FrozenPagesTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String HOSTILE = "</script><img src=x onerror=\"document.title='taken'\">]]>";
    private static final String PLAIN = "<p>without scripts</p>";

    private static Chromium browser;

    @TempDir
    Path folder;

    private Path run;
    private Path report;

    @AfterAll
    static void end() {
        if (browser != null) {
            browser.close();
            browser = null;
        }
    }

    @BeforeEach
    void make() throws IOException {
        run = Files.createDirectories(folder.resolve("first & <last>"));
        report = run.resolve("report.html");
        StringBuilder lines = new StringBuilder("step,loss,learning_rate\n");
        for (int step = 1; step <= 5000; step++) {
            lines.append(step).append(',').append(10.0 / step).append(",.1\n");
        }
        Files.writeString(run.resolve("metrics.csv"), lines);
        Files.writeString(
                run.resolve("skipped.jsonl"),
                JSON.writeValueAsString(
                                JSON.createObjectNode().put("sample", HOSTILE).put("cause", "broken")) + "\n");
        new RunSummary().fact("model", HOSTILE).prediction("seven", png(30, 20)).write(run.resolve("summary.json"));
    }

    private static byte[] png(int width, int height) throws IOException {
        RandomGenerator random = Seed.random(7);
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < width * height; i++) {
            image.setRGB(i % width, i / width, random.nextInt());
        }
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(image, "png", png);
        return png.toByteArray();
    }

    private void show(String page) throws Exception {
        browser = browser == null ? Chromium.start() : browser;
        browser.emulate(1400, 1000, false);
        browser.open(report.toUri() + "#" + page);
    }

    private Document parsed() throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(report.toFile());
    }

    private JsonNode answers() throws Exception {
        Element data = (Element) parsed().getElementsByTagName("script").item(0);
        return JSON.readTree(data.getTextContent());
    }

    @Test
    void shouldShowInABrowserWhatTheFilesHoldAndAskForNothing() throws Exception {
        try (EventWriter events = EventWriter.in(run)) {
            events.image("batch", 20, 30, 3, png(30, 20), 100);
            events.histogram("variables/weights/conv1/weights", new float[] {-1, 0, 0, .5f, 1}, 100);
        }
        FrozenPages.write(run, PLAIN, report);

        show("");
        assertThat(browser.text("return document.querySelector('#page td:nth-child(2)').textContent"))
                .isEqualTo(HOSTILE);
        assertThat(browser.text("return document.querySelector('#page figure img').naturalWidth"))
                .isEqualTo("30");
        show("scalars");
        assertThat(Double.parseDouble(
                        browser.text("return document.querySelector('[data-column=loss] .readout tr').dataset.value")))
                .isEqualTo(10.0 / 5000);
        browser.script("const field = document.getElementById('to'); field.value = 3000;"
                + " field.dispatchEvent(new Event('change'))");
        browser.open(browser.text("return location.href"));
        assertThat(Long.parseLong(
                        browser.text("return document.querySelector('[data-column=loss] .readout tr').dataset.at")))
                .isBetween(2900L, 3000L);
        show("images");
        assertThat(browser.text("return document.querySelector('[data-tag=batch] img').naturalWidth"))
                .isEqualTo("30");
        show("histograms");
        assertThat(browser.text("return document.querySelector('[data-tag] p').textContent"))
                .isEqualTo("step 100: 5 values from -1 to 1");
        show("skipped");
        assertThat(browser.text("return document.querySelector('#page tbody td').textContent"))
                .isEqualTo(HOSTILE);
        for (String page : new String[] {"input", "evaluation", "graph", "settings", "search"}) {
            show(page);
            assertThat(browser.script("return document.querySelector('#page [role=alert]')"))
                    .as(page)
                    .isNull();
        }
        assertThat(browser.script("return performance.getEntriesByType('resource')"
                        + ".filter((one) => !one.name.startsWith('data:')).length"))
                .isEqualTo(0L);
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void shouldBeReadableWithoutScriptsAndLetNoOtherRun() throws Exception {
        FrozenPages.write(run, PLAIN, report);

        Document page = parsed();
        assertThat(page.getElementsByTagName("noscript").item(0).getTextContent())
                .isEqualTo("without scripts");
        assertThat(page.getElementsByTagName("title").item(0).getTextContent()).isEqualTo("first & <last>");
        assertThat(page.getElementsByTagName("img").getLength()).isEqualTo(1);
        Element policy = null;
        for (int i = 0; i < page.getElementsByTagName("meta").getLength(); i++) {
            Element meta = (Element) page.getElementsByTagName("meta").item(i);
            policy = meta.getAttribute("http-equiv").isEmpty() ? policy : meta;
        }
        assertThat(policy.getAttribute("content"))
                .contains("default-src 'none'", "script-src 'sha256-", "style-src 'sha256-")
                .doesNotContain("unsafe", "http", "self");
        assertThat(page.getElementsByTagName("script").getLength()).isEqualTo(3);
    }

    @Test
    void shouldThinOutWhatWouldMakeItLarge() throws Exception {
        byte[] large = png(600, 500);
        try (EventWriter events = EventWriter.in(run)) {
            for (int step = 1; step <= 30; step++) {
                events.image("batch", 500, 600, 3, large, step);
                events.image("worst", 500, 600, 3, large, step);
            }
        }
        FrozenPages.write(run, PLAIN, report);

        JsonNode answers = answers();
        String id = answers.path("runs").path("runs").get(0).path("id").asText();
        JsonNode images = answers.path("tags\n" + id).path("images");
        for (String tag : new String[] {"batch", "worst"}) {
            JsonNode steps = images.path(tag);
            assertThat(steps.size()).as(tag).isBetween(2, 6);
            assertThat(steps.get(steps.size() - 1).asInt()).as("the newest").isEqualTo(30);
            steps.forEach(step -> assertThat(answers.has("image\n" + id + "\n" + tag + "\n" + step))
                    .isTrue());
        }
        assertThat(Files.size(report)).isLessThan(12 << 20);
    }
}
