package org.batchmill.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.Value;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.batchmill.records.tfrecord.TfRecordReader;
import org.batchmill.train.checkpoint.Checkpoint;
import org.batchmill.train.checkpoint.CheckpointFile;
import org.batchmill.train.network.Parameter;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.Summary;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** What a training leaves in its folder: events as TensorFlow's classes read them, the report, the trace. */
class RunFolderTest {

    @TempDir
    static Path folder;

    private static Path run;
    private static Checkpoint checkpoint;

    @BeforeAll
    static void train() throws IOException {
        assertThat(Command.run("sample", "shapes", folder.resolve("shapes"), "--count", 20)
                        .exitCode())
                .isZero();
        run = folder.resolve("run");
        Command train = Command.run(
                "train",
                "yolo",
                "--data",
                folder.resolve("shapes"),
                "--batch",
                4,
                "--steps",
                3,
                "--lr",
                .001,
                "--run",
                run,
                "--trace",
                folder.resolve("trace.json"));
        assertThat(train.exitCode()).as(train.err()).isZero();
        checkpoint = CheckpointFile.read(run.resolve("checkpoints/best.ckpt"));
    }

    private static List<Event> events() throws IOException {
        List<Event> events = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(run, "events.out.tfevents.*")) {
            try (TfRecordReader reader = TfRecordReader.open(files.iterator().next())) {
                ByteBuffer record;
                while ((record = reader.next()) != null) {
                    events.add(Event.parseFrom(record));
                }
            }
        }
        return events;
    }

    private static Map<String, Summary.Value> values() throws IOException {
        Map<String, Summary.Value> values = new HashMap<>();
        for (Event event : events()) {
            event.getSummary().getValueList().forEach(value -> values.put(value.getTag(), value));
        }
        return values;
    }

    @Test
    void shouldShowABatchWithItsBoxesAndTheFirstKernels() throws IOException {
        for (String tag : List.of("batch", "kernels/conv1/weights")) {
            Summary.Image image = values().get(tag).getImage();
            BufferedImage png = ImageIO.read(
                    new ByteArrayInputStream(image.getEncodedImageString().toByteArray()));
            assertThat(png.getWidth()).as(tag).isEqualTo(image.getWidth()).isPositive();
            assertThat(png.getHeight()).isEqualTo(image.getHeight());
        }
    }

    @Test
    void shouldSpreadOutEveryWeightAndGradient() throws IOException {
        Map<String, Summary.Value> values = values();
        for (Parameter parameter : checkpoint.network().parameters()) {
            for (String kind : parameter.trainable()
                    ? List.of("variables/weights/", "variables/gradients/")
                    : List.of("variables/weights/")) {
                String tag = kind + parameter.name();
                assertThat(values.get(tag).getHisto().getNum()).as(tag).isEqualTo(parameter.size());
                float min = values.get(tag + "/min").getSimpleValue();
                float max = values.get(tag + "/max").getSimpleValue();
                assertThat(values.get(tag + "/mean").getSimpleValue()).as(tag).isBetween(min, max);
                assertThat(values.get(tag + "/std").getSimpleValue()).isNotNegative();
            }
        }
    }

    @Test
    void shouldHoldOneGraphOfAllLayers() throws Exception {
        List<Event> graphs = events().stream()
                .filter(event -> !event.getGraphDef().isEmpty())
                .toList();
        assertThat(graphs).hasSize(1);
        assertThat(GraphDef.parseFrom(graphs.get(0).getGraphDef()).getNodeList())
                .extracting(node -> node.getName())
                .containsAll(checkpoint.network().outputShapes().keySet());
    }

    /** HParamsPluginData of TensorBoard: its field 3 is the start of a session, whose field 1 maps names to google.protobuf.Value. */
    @Test
    void shouldHoldTheOptionsAsHyperParameters() throws IOException {
        ByteString content = values().get("_hparams_/session_start_info")
                .getMetadata()
                .getPluginData()
                .getContent();
        UnknownFieldSet start = UnknownFieldSet.parseFrom(only(UnknownFieldSet.parseFrom(content), 3));
        Map<String, Value> options = new HashMap<>();
        for (ByteString entry : start.getField(1).getLengthDelimitedList()) {
            UnknownFieldSet pair = UnknownFieldSet.parseFrom(entry);
            options.put(only(pair, 1).toStringUtf8(), Value.parseFrom(only(pair, 2)));
        }
        assertThat(options.get("lr").getNumberValue()).isEqualTo(.001);
        assertThat(options.get("batch").getNumberValue()).isEqualTo(4);
        assertThat(options.get("shuffle").getStringValue()).isEqualTo("permutation");
    }

    private static ByteString only(UnknownFieldSet message, int field) {
        assertThat(message.getField(field).getLengthDelimitedList()).hasSize(1);
        return message.getField(field).getLengthDelimitedList().get(0);
    }

    @Test
    void shouldReportEverythingOnOneWellFormedPage() throws Exception {
        Document page = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(run.resolve("report.html").toFile());
        Element plain = (Element) page.getElementsByTagName("noscript").item(0);
        Set<String> headings = new HashSet<>();
        NodeList h2 = plain.getElementsByTagName("h2");
        for (int i = 0; i < h2.getLength(); i++) {
            headings.add(h2.item(i).getTextContent());
        }
        assertThat(headings).contains("Loss", "Metric", "Learning rate", "Throughput", "Waiting for data");
        assertThat(plain.getElementsByTagName("svg").getLength()).isEqualTo(5);
        NodeList scripts = page.getElementsByTagName("script");
        for (int i = 0; i < scripts.getLength(); i++) {
            assertThat(((Element) scripts.item(i)).hasAttribute("src")).isFalse();
        }
        JsonNode answers = new ObjectMapper().readTree(scripts.item(0).getTextContent());
        JsonNode predictions = answers.path("summary\n0").path("predictions");
        assertThat(predictions.size()).as("one for each validation sample").isEqualTo(4);
        for (JsonNode prediction : predictions) {
            BufferedImage image =
                    ImageIO.read(new ByteArrayInputStream(prediction.path("png").binaryValue()));
            assertThat(image.getWidth()).isEqualTo(224);
        }
        assertThat(answers.path("scalars\n0").path("columns").has("loss")).isTrue();
        assertThat(Files.readString(run.resolve("report.html"))).doesNotContain("<link rel=\"stylesheet\"");
    }

    @Test
    void shouldTraceEveryLayersForwardAndBackwardAndTheInput() throws IOException {
        JsonNode trace =
                new ObjectMapper().readTree(folder.resolve("trace.json").toFile());
        Map<String, Set<String>> spans = new HashMap<>();
        (trace.isArray() ? trace : trace.get("traceEvents"))
                .forEach(event -> spans.computeIfAbsent(event.path("cat").asText(), category -> new HashSet<>())
                        .add(event.path("name").asText()));
        assertThat(run.resolve("trace.json"))
                .as("the dashboard finds it")
                .hasSameBinaryContentAs(folder.resolve("trace.json"));
        for (Parameter parameter : checkpoint.network().parameters()) {
            assertThat(spans.get("forward")).contains(parameter.layer());
            assertThat(spans.get("backward")).contains(parameter.layer());
        }
        assertThat(spans.get("input")).contains("read", "decode", "write");
    }
}
