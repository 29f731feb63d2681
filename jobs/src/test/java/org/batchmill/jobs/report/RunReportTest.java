package org.batchmill.jobs.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.xml.parsers.DocumentBuilderFactory;
import org.batchmill.train.monitor.MetricsRow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class RunReportTest {

    private static List<MetricsRow> rows(int count) {
        List<MetricsRow> rows = new ArrayList<>();
        for (int step = 1; step <= count; step++) {
            rows.add(new MetricsRow(step, 1.0 / step, .01, 1, 500, .1, Double.NaN, Double.NaN));
        }
        rows.add(new MetricsRow(count, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, .5, .9));
        return rows;
    }

    private static Document parse(Path file) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        return factory.newDocumentBuilder().parse(file.toFile());
    }

    @Test
    void shouldBeWellFormedCompleteAndNeedNothingFromElsewhere(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("report.html");
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.GERMANY);
            new RunReport("run <1> & \"more\"", "accuracy", rows(5000))
                    .fact("model", "digits-cnn")
                    .prediction("7 <- img7.png", new byte[] {1, 2, 3})
                    .write(file);
        } finally {
            Locale.setDefault(before);
        }
        Document page = parse(file);
        assertThat(page.getElementsByTagName("h1").item(0).getTextContent()).isEqualTo("run <1> & \"more\"");
        NodeList charts = page.getElementsByTagName("svg");
        assertThat(charts.getLength()).isEqualTo(5);
        assertThat(page.getElementsByTagName("title").item(1).getTextContent()).isEqualTo("Loss");
        Element loss = (Element) charts.item(0);
        assertThat(loss.getElementsByTagName("polyline").getLength())
                .as("training and validation")
                .isEqualTo(2);
        String points = ((Element) loss.getElementsByTagName("polyline").item(0)).getAttribute("points");
        String[] pairs = points.strip().split(" ");
        assertThat(pairs).as("5000 steps thinned").hasSize(800);
        assertThat(pairs[0]).as("the highest loss stands at the top left").isEqualTo("93.0,104.0");
        assertThat(points).doesNotContain("NaN");
        Element image = (Element) page.getElementsByTagName("img").item(0);
        assertThat(image.getAttribute("src")).isEqualTo("data:image/png;base64,AQID");
        String text = Files.readString(file);
        assertThat(text.replace("http://www.w3.org/", "")).doesNotContain("http:", "https:", "<script", "url(");
    }

    @Test
    void shouldSayWhereNothingWasMeasured() throws Exception {
        String page = new RunReport("empty", "rmse", List.of()).toHtml();
        assertThat(page).contains("Loss: nothing was measured.").doesNotContain("<svg");
    }
}
