package org.batchmill.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.batchmill.records.UsageException;
import org.batchmill.testing.Seed;
import org.batchmill.train.engine.GraphNetworks;
import org.batchmill.train.export.OnnxFile;
import org.batchmill.train.models.ModelOptions;
import org.batchmill.train.models.Models;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** ONNX files as ONNX Runtime runs them. */
class OnnxExportTest {

    private static final double TOLERANCE = 1e-4;

    @TempDir
    Path folder;

    static Stream<String> models() {
        // Half a gigabyte of weights says nothing that the others do not.
        return ExportedNetwork.models().filter(name -> !name.equals("vgg11"));
    }

    static Stream<String> layers() {
        return ExportedNetwork.layers().keySet().stream().filter(name -> !name.equals("response norm 2"));
    }

    @ParameterizedTest
    @MethodSource("models")
    void shouldPredictWhatOurEnginePredictsWithEveryModel(String name) throws IOException, OrtException {
        Network network = ExportedNetwork.model(name, Layer.BatchNorm.Rule.STANDARD);
        ExportedNetwork exported = ExportedNetwork.drawn(network, Seed.random(Seed.of(this)));
        assertThat(exported.difference(run(exported))).isLessThan(TOLERANCE);
    }

    @Test
    void shouldNormalizeByTheReferencesRule() throws IOException, OrtException {
        Network network =
                Models.byName("yolo-v1-mini", ModelOptions.classes(3).batchNorm(Layer.BatchNorm.Rule.DARKNET));
        ExportedNetwork exported = ExportedNetwork.drawn(network, Seed.random(Seed.of(this)));
        assertThat(exported.difference(run(exported))).isLessThan(TOLERANCE);
    }

    @ParameterizedTest
    @MethodSource("layers")
    void shouldPredictWhatOurEnginePredictsWithEveryLayer(String name) throws IOException, OrtException {
        ExportedNetwork exported =
                ExportedNetwork.drawn(ExportedNetwork.layers().get(name), Seed.random(Seed.of(this)));
        assertThat(exported.difference(run(exported))).isLessThan(TOLERANCE);
    }

    @Test
    void shouldRefuseALayerThatOnnxCannotSay() {
        ExportedNetwork exported =
                ExportedNetwork.drawn(ExportedNetwork.layers().get("response norm 2"), Seed.random(Seed.of(this)));
        assertThatThrownBy(() -> run(exported))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("lrn");
    }

    @Test
    void shouldNameTheLayerThatNoOtherProgramHas() {
        ExportedNetwork exported =
                ExportedNetwork.drawn(GraphNetworks.all().get("local 3x3"), Seed.random(Seed.of(this)));
        assertThatThrownBy(() -> run(exported))
                .isInstanceOf(UsageException.class)
                .hasMessage("local: neither ONNX nor TensorFlow has a locally connected layer");
    }

    @Test
    void shouldTellWhatTheModelIs() throws IOException, OrtException {
        ExportedNetwork exported = ExportedNetwork.drawn(
                Models.byName("digits-softmax", ModelOptions.classes(10)), Seed.random(Seed.of(this)));
        try (OrtSession session = session(exported)) {
            assertThat(session.getMetadata().getGraphName()).isEqualTo("digits-softmax");
            assertThat(session.getMetadata().getCustomMetadata()).containsEntry("made", "for a test");
            assertThat(session.getInputNames()).containsExactly("input");
            assertThat(session.getOutputNames()).containsExactly("output");
        }
    }

    private OrtSession session(ExportedNetwork exported) throws IOException, OrtException {
        Path file = folder.resolve("model.onnx");
        OnnxFile.write(file, exported.network(), exported.parameters(), Map.of("made", "for a test"));
        return OrtEnvironment.getEnvironment().createSession(file.toString());
    }

    private float[] run(ExportedNetwork exported) throws IOException, OrtException {
        Path file = folder.resolve("model.onnx");
        OnnxFile.write(file, exported.network(), exported.parameters(), Map.of());
        return OnnxRuntime.run(file, exported.pixels(), exported.axes());
    }
}
