package org.batchmill.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.batchmill.records.UsageException;
import org.batchmill.testing.Seed;
import org.batchmill.train.export.FrozenGraphFile;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Shape;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Graph;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.types.TFloat32;

/** Frozen graphs as TensorFlow runs them. */
class FrozenGraphTest {

    private static final double TOLERANCE = 1e-4;

    /** Parameters of a small network. */
    private static final long SMALL = 10_000_000;

    /** What TensorFlow has no operation for. */
    private static final Set<String> REFUSED = Set.of("response norm 2");

    @TempDir
    Path folder;

    /** The others take TensorFlow half a minute. */
    static Stream<String> smallModels() {
        return ExportedNetwork.models().filter(name -> network(name).trainableCount() < SMALL);
    }

    static Stream<String> largeModels() {
        return ExportedNetwork.models().filter(name -> network(name).trainableCount() >= SMALL);
    }

    static Stream<String> layers() {
        return ExportedNetwork.layers().keySet().stream().filter(name -> !REFUSED.contains(name));
    }

    static Stream<String> refused() {
        return REFUSED.stream();
    }

    private static Network network(String name) {
        return ExportedNetwork.model(name, Layer.BatchNorm.Rule.DARKNET);
    }

    @ParameterizedTest
    @MethodSource("smallModels")
    void shouldPredictWhatOurEnginePredictsWithEveryModel(String name) throws IOException {
        expectEqualPredictions(name);
    }

    @Tag("long")
    @ParameterizedTest
    @MethodSource("largeModels")
    void shouldPredictWhatOurEnginePredictsWithEveryLargeModel(String name) throws IOException {
        expectEqualPredictions(name);
    }

    private void expectEqualPredictions(String name) throws IOException {
        ExportedNetwork exported = ExportedNetwork.drawn(network(name), Seed.random(Seed.of(this)));
        assertThat(exported.difference(run(exported))).isLessThan(TOLERANCE);
    }

    @ParameterizedTest
    @MethodSource("layers")
    void shouldPredictWhatOurEnginePredictsWithEveryLayer(String name) throws IOException {
        ExportedNetwork exported =
                ExportedNetwork.drawn(ExportedNetwork.layers().get(name), Seed.random(Seed.of(this)));
        assertThat(exported.difference(run(exported))).isLessThan(TOLERANCE);
    }

    @ParameterizedTest
    @MethodSource("refused")
    void shouldRefuseALayerThatTensorFlowCannotSay(String name) {
        ExportedNetwork exported =
                ExportedNetwork.drawn(ExportedNetwork.layers().get(name), Seed.random(Seed.of(this)));
        assertThatThrownBy(() -> run(exported))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("TensorFlow");
    }

    private float[] run(ExportedNetwork exported) throws IOException {
        Path file = folder.resolve("model.pb");
        Network network = exported.network();
        FrozenGraphFile.write(file, network, exported.parameters());
        try (Graph graph = new Graph()) {
            graph.importGraphDef(GraphDef.parseFrom(Files.readAllBytes(file)));
            try (Session session = new Session(graph);
                    TFloat32 pixels = TFloat32.tensorOf(
                            org.tensorflow.ndarray.Shape.of(axes(network)), DataBuffers.of(exported.channelsLast()));
                    Result result = session.runner()
                            .feed("input", pixels)
                            .fetch("output")
                            .run()) {
                TFloat32 outputs = (TFloat32) result.get(0);
                float[] values = new float[(int) outputs.size()];
                outputs.asRawTensor().data().asFloats().read(values);
                return values;
            }
        }
    }

    private static long[] axes(Network network) {
        Shape input = network.input();
        List<Integer> axes = new ArrayList<>(List.of(ExportedNetwork.ROWS));
        if (network.timeSteps() > 1) {
            axes.add(network.timeSteps());
        }
        axes.addAll(
                input.isVector()
                        ? List.of(input.channels())
                        : List.of(input.height(), input.width(), input.channels()));
        return axes.stream().mapToLong(Integer::longValue).toArray();
    }
}
