package org.batchmill.jobs.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.batchmill.train.models.ModelOptions;
import org.batchmill.train.models.Models;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xml.sax.InputSource;

class NetworkDrawingTest {

    private static final Pattern LAYER = Pattern.compile("<circle cx=\"(\\d+)\" cy=\"(\\d+)\"");
    private static final Pattern CONNECTION = Pattern.compile("<path d=\"M(\\d+) (\\d+) V(\\d+) L(\\d+) (\\d+)\"");

    private static List<int[]> numbers(Pattern pattern, String svg) {
        List<int[]> all = new ArrayList<>();
        for (MatchResult match : pattern.matcher(svg).results().toList()) {
            int[] values = new int[match.groupCount()];
            for (int i = 0; i < values.length; i++) {
                values[i] = Integer.parseInt(match.group(i + 1));
            }
            all.add(values);
        }
        return all;
    }

    @ParameterizedTest
    @ValueSource(strings = {"googlenet-small", "squeezenet", "resnet50", "mobilenet-v2", "pilotnet-lstm"})
    void shouldLeadNoConnectionOverAnotherLayer(String name) throws Exception {
        Network network = Models.byName(name, ModelOptions.classes(10).frames(3));
        String svg = NetworkDrawing.svg(network);
        assertThat(DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(new InputSource(new StringReader(svg)))
                        .getElementsByTagName("circle")
                        .getLength())
                .isEqualTo(network.layers().size() + 1);
        List<int[]> layers = numbers(LAYER, svg);
        List<int[]> connections = numbers(CONNECTION, svg);
        assertThat(connections)
                .hasSize(network.inputs().values().stream().mapToInt(List::size).sum());
        for (int[] connection : connections) {
            for (int[] layer : layers) {
                boolean inLane = layer[0] == connection[0];
                boolean passes = layer[1] > connection[1] && layer[1] <= connection[2] && layer[1] < connection[4];
                assertThat(inLane && passes)
                        .as("the connection %d,%d to %d,%d", connection[0], connection[1], connection[3], connection[4])
                        .isFalse();
            }
        }
    }

    @Test
    void shouldShowNamesAsTheyAre() {
        Network network = new Network("a<b", new Shape(1, 4, 4), List.of(new Layer.GlobalAveragePool("mean&<more>")));
        assertThat(NetworkDrawing.svg(network))
                .contains("<title>a&lt;b</title>")
                .contains(">mean&amp;&lt;more&gt;</text>");
    }
}
