package org.batchmill.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.batchmill.records.tfrecord.TfRecordReader;
import org.batchmill.train.events.EventWriter;
import org.batchmill.train.loss.SoftmaxCrossEntropy;
import org.batchmill.train.network.Initializer;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Padding;
import org.batchmill.train.network.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SessionLog;
import org.tensorflow.proto.Summary;

/** Event files as TensorFlow's own protocol-buffer classes read them. */
class EventFilesTest {

    @TempDir
    Path folder;

    private List<Event> events(EventWriter writer) throws IOException {
        writer.close();
        assertThat(writer.file().getFileName().toString()).contains("tfevents");
        List<Event> events = new ArrayList<>();
        try (TfRecordReader reader = TfRecordReader.open(writer.file())) {
            ByteBuffer record;
            while ((record = reader.next()) != null) {
                events.add(Event.parseFrom(record));
            }
        }
        assertThat(events.get(0).getFileVersion()).isEqualTo("brain.Event:2");
        for (Event event : events) {
            assertThat(event.getWallTime()).isCloseTo(System.currentTimeMillis() / 1e3, Offset.offset(600.0));
            assertThat(event.getUnknownFields().asMap()).isEmpty();
        }
        return events.subList(1, events.size());
    }

    private static Summary.Value value(Event event) {
        assertThat(event.getSummary().getValueCount()).isEqualTo(1);
        return event.getSummary().getValue(0);
    }

    @Test
    void shouldHoldScalarsHistogramsAndImages() throws IOException {
        EventWriter writer = EventWriter.in(folder);
        writer.scalar("train/loss", .25, 7);
        writer.histogram("weights/conv1", new float[] {-1, 0, 0, 2}, 1L << 40);
        writer.image("batch", 30, 40, 3, new byte[] {1, 2, 3}, 8);
        List<Event> events = events(writer);
        assertThat(events).hasSize(3);

        assertThat(events.get(0).getStep()).isEqualTo(7);
        assertThat(value(events.get(0)).getTag()).isEqualTo("train/loss");
        assertThat(value(events.get(0)).getSimpleValue()).isEqualTo(.25f);

        assertThat(events.get(1).getStep()).isEqualTo(1L << 40);
        var histogram = value(events.get(1)).getHisto();
        assertThat(histogram.getMin()).isEqualTo(-1);
        assertThat(histogram.getMax()).isEqualTo(2);
        assertThat(histogram.getNum()).isEqualTo(4);
        assertThat(histogram.getSum()).isEqualTo(1);
        assertThat(histogram.getSumSquares()).isEqualTo(5);
        assertThat(histogram.getBucketLimitCount()).isEqualTo(histogram.getBucketCount());
        assertThat(histogram.getBucketList().stream()
                        .mapToDouble(Double::doubleValue)
                        .sum())
                .isEqualTo(4);

        Summary.Image image = value(events.get(2)).getImage();
        assertThat(image.getHeight()).isEqualTo(30);
        assertThat(image.getWidth()).isEqualTo(40);
        assertThat(image.getColorspace()).isEqualTo(3);
        assertThat(image.getEncodedImageString().toByteArray()).containsExactly(1, 2, 3);
    }

    @Test
    void shouldHoldTheGraphWithItsConnectionsAndShapes() throws Exception {
        Network network = new Network(
                "small",
                new Shape(3, 8, 8),
                List.of(
                        Layer.Conv2d.square("conv1", 4, 3, 1, Padding.same(), true),
                        new Layer.Residual(
                                "block",
                                List.of(Layer.Conv2d.square("conv2", 4, 3, 1, Padding.same(), true)),
                                List.of()),
                        new Layer.Dense("out", 2, true, Initializer.ZEROS, Initializer.ZEROS)));
        EventWriter writer = EventWriter.in(folder);
        writer.graph(network, null);
        var graph = GraphDef.parseFrom(events(writer).get(0).getGraphDef());
        assertThat(graph.getNodeList())
                .extracting(NodeDef::getName)
                .containsExactly("input", "conv1", "conv2", "block", "out");
        assertThat(graph.getNode(3).getInputList()).containsExactly("conv2", "conv1");
        assertThat(graph.getNode(1).getOp()).isEqualTo("Conv2d");
        var shape = graph.getNode(1).getAttrOrThrow("_output_shapes").getList().getShape(0);
        assertThat(shape.getDimList())
                .extracting(dimension -> dimension.getSize())
                .containsExactly(-1L, 4L, 8L, 8L);
        assertThat(graph.getVersions().getProducer()).isPositive();
    }

    @Test
    void shouldHoldBranchesInTheirScopesAndTheLoss() throws Exception {
        Network network = Network.builder("fork", new Shape(3, 8, 8))
                .add(Layer.Conv2d.square("block1/left", 4, 3, 1, Padding.same(), true))
                .add(Layer.Conv2d.square("block1/right", 4, 1, 1, Padding.same(), true), Network.INPUT)
                .add(new Layer.Concat("block1/both"), "block1/left", "block1/right")
                .add(new Layer.Dense("loss", 2, true, Initializer.ZEROS, Initializer.ZEROS))
                .build();
        EventWriter writer = EventWriter.in(folder);
        writer.graph(network, new SoftmaxCrossEntropy());
        var graph = GraphDef.parseFrom(events(writer).get(0).getGraphDef());
        assertThat(graph.getNodeList())
                .extracting(NodeDef::getName)
                .containsExactly("input", "block1/left", "block1/right", "block1/both", "loss", "targets", "loss_");
        assertThat(graph.getNode(3).getInputList()).containsExactly("block1/left", "block1/right");
        assertThat(graph.getNode(6).getOp()).isEqualTo("SoftmaxCrossEntropy");
        assertThat(graph.getNode(6).getInputList()).containsExactly("loss", "targets");
    }

    @Test
    void shouldHoldHyperParametersForTheirPlugin() throws IOException {
        Map<String, Object> parameters = new LinkedHashMap<>();
        parameters.put("lr", .01);
        parameters.put("optimizer", "adam");
        parameters.put("bn", true);
        EventWriter writer = EventWriter.in(folder);
        writer.hyperParameters(parameters, List.of("validation/accuracy"));
        writer.ended(true);
        List<Event> events = events(writer);
        assertThat(events)
                .extracting(event -> value(event).getTag())
                .containsExactly("_hparams_/experiment", "_hparams_/session_start_info", "_hparams_/session_end_info");
        for (Event event : events) {
            var plugin = value(event).getMetadata().getPluginData();
            assertThat(plugin.getPluginName()).isEqualTo("hparams");
            assertThat(plugin.getContent().isEmpty()).isFalse();
        }
        assertThat(value(events.get(1))
                        .getMetadata()
                        .getPluginData()
                        .getContent()
                        .toStringUtf8())
                .contains("lr", "optimizer", "adam", "bn");
    }

    @Test
    void shouldSayWhereASessionBeginsSoThatCurvesDoNotGoBackAfterAResume() throws IOException {
        Path table = folder.resolve("line.csv");
        Files.writeString(table, "x,y\n1,0\n2,0\n3,0\n4,0\n5,1\n6,1\n7,1\n8,1\n");
        Path run = folder.resolve("run");
        Object[] train = {
            "train",
            "table",
            "--data",
            table,
            "--val",
            table,
            "--run",
            run,
            "--steps",
            6,
            "--batch",
            2,
            "--checkpoint-steps",
            2,
            "--evaluate-steps",
            2,
            "--keep",
            9
        };
        Command first = Command.run(train);
        assertThat(first.exitCode()).as(first.err()).isZero();
        Files.delete(run.resolve("checkpoints/step-000000006.ckpt"));
        Files.delete(run.resolve("checkpoints/step-000000004.ckpt"));
        assertThat(Command.run("train", "table", "--data", table, "--run", run, "--resume")
                        .exitCode())
                .isZero();
        Map<String, List<Long>> shown = shown(run);
        assertThat(shown.get("train/loss")).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
        assertThat(shown.get("validation/loss")).containsExactly(2L, 4L, 6L);
    }

    /** The steps of each scalar as TensorBoard shows them: where a session starts, what is at its step or later is dropped. */
    private static Map<String, List<Long>> shown(Path run) throws IOException {
        List<Path> files;
        try (var found = Files.find(run, 3, (file, is) -> file.toString().contains("tfevents"))) {
            files = found.sorted().toList();
        }
        assertThat(files).hasSize(2);
        Map<String, List<Long>> shown = new LinkedHashMap<>();
        int starts = 0;
        for (Path file : files) {
            try (TfRecordReader reader = TfRecordReader.open(file)) {
                ByteBuffer record;
                while ((record = reader.next()) != null) {
                    Event event = Event.parseFrom(record);
                    if (event.hasSessionLog()) {
                        assertThat(event.getSessionLog().getStatus()).isEqualTo(SessionLog.SessionStatus.START);
                        shown.values().forEach(steps -> steps.removeIf(step -> step >= event.getStep()));
                        starts++;
                    }
                    for (Summary.Value value : event.getSummary().getValueList()) {
                        shown.computeIfAbsent(value.getTag(), tag -> new ArrayList<>())
                                .add(event.getStep());
                    }
                }
            }
        }
        assertThat(starts).isEqualTo(2);
        return shown;
    }
}
