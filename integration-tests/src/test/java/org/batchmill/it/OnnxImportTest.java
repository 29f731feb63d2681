package org.batchmill.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.batchmill.records.DataException;
import org.batchmill.testing.Seed;
import org.batchmill.train.export.OnnxFile;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.onnx.OnnxNetwork;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What we export, read again: our engine makes of it what it made of the network before. */
class OnnxImportTest {

    private static final double TOLERANCE = 1e-4;

    /** ONNX says lengths in operators that no layer stands for, and knows no such norm. */
    private static final Set<String> REFUSED = Set.of(
            "response norm 2",
            "lstm with lengths",
            "gru with lengths",
            "lstm stacked with lengths",
            "gru stacked with lengths");

    /** Half a gigabyte of weights says nothing that the others do not, and neither do many blocks. */
    private static final Set<String> LARGE = Set.of("vgg11", "resnet50", "yolo-v1-tiny", "yolo-v1-tiny-bn");

    @TempDir
    Path folder;

    static Stream<String> models() {
        return ExportedNetwork.models().filter(name -> !LARGE.contains(name));
    }

    static Stream<String> layers() {
        return ExportedNetwork.layers().keySet().stream().filter(name -> !REFUSED.contains(name));
    }

    @ParameterizedTest
    @MethodSource("models")
    void shouldPredictAsBeforeWithEveryModel(String name) throws IOException, OrtException {
        expectEqualPredictions(ExportedNetwork.model(name, Layer.BatchNorm.Rule.STANDARD));
    }

    @ParameterizedTest
    @MethodSource("layers")
    void shouldPredictAsBeforeWithEveryLayer(String name) throws IOException, OrtException {
        expectEqualPredictions(ExportedNetwork.layers().get(name));
    }

    private void expectEqualPredictions(Network network) throws IOException, OrtException {
        ExportedNetwork exported = ExportedNetwork.drawn(network, Seed.random(Seed.of(this)));
        Path file = folder.resolve("model.onnx");
        OnnxFile.write(file, network, exported.parameters(), Map.of("made", "for a test"));
        OnnxNetwork imported = OnnxNetwork.read(file);
        assertThat(imported.facts()).containsEntry("made", "for a test");
        assertThat(imported.notes()).isEmpty();
        assertThat(imported.network().input()).isEqualTo(network.input());
        float[] outputs = ExportedNetwork.predictions(imported.network(), imported.parameters(), exported.pixels());
        assertThat(exported.difference(outputs)).isLessThan(TOLERANCE);
        assertThat(ExportedNetwork.difference(OnnxRuntime.run(file, exported.pixels(), exported.axes()), outputs))
                .isLessThan(TOLERANCE);
    }

    @ParameterizedTest
    @MethodSource("lengths")
    void shouldNameTheNodeThatNoLayerStandsFor(String name) throws IOException {
        ExportedNetwork exported =
                ExportedNetwork.drawn(ExportedNetwork.layers().get(name), Seed.random(Seed.of(this)));
        Path file = folder.resolve("model.onnx");
        OnnxFile.write(file, exported.network(), exported.parameters(), Map.of());
        assertThatThrownBy(() -> OnnxNetwork.read(file))
                .isInstanceOf(DataException.class)
                .hasMessage(file + ": unsupported: node lengths/empty (Equal): no layer here stands for this operator");
    }

    static Stream<String> lengths() {
        return REFUSED.stream().filter(name -> name.endsWith("lengths"));
    }
}
