package org.batchmill.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.batchmill.testing.Seed;
import org.batchmill.train.engine.Engine;
import org.batchmill.train.export.OnnxFile;
import org.batchmill.train.network.Layer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** ONNX files as ONNX Runtime runs them, beside what the engine on libtorch makes of the same weights and pixels. */
@Tag("long")
class TorchExportTest {

    private static final double TOLERANCE = 1e-4;
    private static final Path CLASSES =
            Path.of("").toAbsolutePath().getParent().resolve("train/engine-torch/target/classes");

    private static URLClassLoader loader;
    private static Engine torch;

    @TempDir
    Path folder;

    /** These tests have another engine on their class path; libtorch is there for gangs. */
    @BeforeAll
    static void loadTheEngine() throws IOException {
        assumeTrue(Files.isDirectory(CLASSES), "engine torch is not compiled");
        loader = new URLClassLoader(new URL[] {CLASSES.toUri().toURL()}, TorchExportTest.class.getClassLoader());
        torch = ServiceLoader.load(Engine.class, loader).stream()
                .map(ServiceLoader.Provider::get)
                .filter(engine -> engine.name().equals("torch"))
                .findFirst()
                .orElseThrow();
        assumeTrue(torch.unavailable() == null, torch.unavailable());
    }

    @AfterAll
    static void closeTheLoader() throws IOException {
        if (loader != null) {
            loader.close();
        }
    }

    static Stream<String> models() {
        return OnnxExportTest.models();
    }

    static Stream<String> layers() {
        return OnnxExportTest.layers();
    }

    private void assertSaysTheSame(ExportedNetwork exported) throws IOException, OrtException {
        Path file = folder.resolve("model.onnx");
        OnnxFile.write(file, exported.network(), exported.parameters(), Map.of());
        float[] judged = OnnxRuntime.run(file, exported.pixels(), exported.axes());
        assertThat(ExportedNetwork.difference(exported.on(torch), judged)).isLessThan(TOLERANCE);
    }

    @ParameterizedTest
    @MethodSource("models")
    void shouldPredictWhatLibtorchPredictsWithEveryModel(String name) throws IOException, OrtException {
        assertSaysTheSame(ExportedNetwork.drawn(
                ExportedNetwork.model(name, Layer.BatchNorm.Rule.STANDARD), Seed.random(Seed.of(this))));
    }

    @ParameterizedTest
    @MethodSource("layers")
    void shouldPredictWhatLibtorchPredictsWithEveryLayer(String name) throws IOException, OrtException {
        assertSaysTheSame(ExportedNetwork.drawn(ExportedNetwork.layers().get(name), Seed.random(Seed.of(this))));
    }
}
