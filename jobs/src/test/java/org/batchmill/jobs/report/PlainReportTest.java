package org.batchmill.jobs.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.xml.parsers.DocumentBuilderFactory;
import org.batchmill.train.monitor.MetricsRow;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class PlainReportTest {

    private static List<MetricsRow> rows(int count) {
        List<MetricsRow> rows = new ArrayList<>();
        for (int step = 1; step <= count; step++) {
            rows.add(new MetricsRow(step, 1.0 / step, .01, 1, 500, .1, Double.NaN, Double.NaN));
        }
        rows.add(new MetricsRow(count, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, .5, .9));
        return rows;
    }

    private static Document parse(String elements) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader("<body>" + elements + "</body>")));
    }

    @Test
    void shouldBeWellFormedCompleteAndNeedNothingFromElsewhere() throws Exception {
        String plain;
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.GERMANY);
            plain = PlainReport.of(
                    "run <1> & \"more\"", new RunSummary().fact("model", "digits-cnn <b>"), "accuracy", rows(5000));
        } finally {
            Locale.setDefault(before);
        }
        Document page = parse(plain);
        assertThat(page.getElementsByTagName("h1").item(0).getTextContent()).isEqualTo("run <1> & \"more\"");
        assertThat(page.getElementsByTagName("td").item(0).getTextContent()).isEqualTo("digits-cnn <b>");
        NodeList charts = page.getElementsByTagName("svg");
        assertThat(charts.getLength()).isEqualTo(5);
        assertThat(page.getElementsByTagName("title").item(0).getTextContent()).isEqualTo("Loss");
        Element loss = (Element) charts.item(0);
        assertThat(loss.getElementsByTagName("polyline").getLength())
                .as("training and validation")
                .isEqualTo(2);
        String points = ((Element) loss.getElementsByTagName("polyline").item(0)).getAttribute("points");
        String[] pairs = points.strip().split(" ");
        assertThat(pairs).as("5000 steps thinned").hasSize(800);
        assertThat(pairs[0]).as("the highest loss stands at the top left").isEqualTo("93.0,104.0");
        assertThat(points).doesNotContain("NaN");
        assertThat(plain.replace("http://www.w3.org/", "")).doesNotContain("http:", "https:", "<script", "url(");
    }

    @Test
    void shouldSayWhereNothingWasMeasured() {
        String page = PlainReport.of("empty", new RunSummary(), "rmse", List.of());
        assertThat(page).contains("Loss: nothing was measured.").doesNotContain("<svg");
    }
}
