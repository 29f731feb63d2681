package org.batchmill.train.darknet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.batchmill.records.DataException;
import org.batchmill.testing.Fuzz;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Configurations and weights of any content: a network, or a data error that names the line. */
class DarknetFuzzTest {

    private static final String CONFIG =
            """
            [net]
            batch=8
            subdivisions=2
            height=32
            width=32
            channels=3
            policy=steps
            steps=10,20
            scales=.1,.1

            [crop]
            crop_width=32
            crop_height=32

            [convolutional]
            batch_normalize=1
            filters=4
            size=3
            stride=2
            pad=1
            activation=leaky

            [maxpool]
            size=2
            stride=2

            [connected]
            output=28
            activation=linear

            [detection]
            classes=2
            coords=4
            side=2
            num=1
            rescore=1
            sqrt=1
            """;

    @TempDir
    private Path folder;

    private void parse(byte[] config) throws IOException {
        DarknetConfig.read(Files.write(folder.resolve("fuzz.cfg"), config));
    }

    @Test
    @Timeout(300) // far longer when each of 20,000 layers had those before it inferred again
    void shouldReadManyLayersInATimeThatGrowsWithTheirNumber() throws IOException {
        String many = "[net]\nheight=4\nwidth=4\n" + "[conv]\nactivation=linear\n".repeat(20_000);
        DarknetConfig config = DarknetConfig.read(Files.writeString(folder.resolve("many.cfg"), many));
        assertThat(config.network().layers()).hasSize(20_001);
    }

    @Test
    void shouldReadOrRefuseDamagedConfigurations() {
        configurations().inputs(500, this, this::parse);
    }

    @Test
    @Tag("long")
    @Tag("soak")
    void shouldReadOrRefuseManyDamagedConfigurations() {
        configurations().seconds(Fuzz.seconds(), this, this::parse);
    }

    private static Fuzz configurations() {
        return Fuzz.of(DataException.class, "darknet-cfg", List.of(CONFIG.getBytes(StandardCharsets.UTF_8)))
                .bounds(10, 1 << 30) // a megabyte of sections has some 130,000 layers
                .words(
                        "[conv]\n",
                        "[connected]\n",
                        "[maxpool]\n",
                        "[avgpool]\n",
                        "[dropout]\n",
                        "[detection]\n",
                        "\n",
                        "filters=2147483647\n",
                        "output=2147483647\n",
                        "size=1000000\n",
                        "stride=0\n",
                        "pad=1\n",
                        "1e308",
                        "-1",
                        "=",
                        "groups=2\n",
                        "policy=exp\n",
                        "width=1000000\n",
                        "height=1000000\n",
                        "padding=2147483647\n");
    }

    @Test
    void shouldReadOrRefuseDamagedWeights() throws IOException {
        weights().inputs(300, this, this::parseWeights);
    }

    @Test
    @Tag("long")
    @Tag("soak")
    void shouldReadOrRefuseManyDamagedWeights() throws IOException {
        weights().seconds(Fuzz.seconds(), this, this::parseWeights);
    }

    private void parseWeights(byte[] weights) throws IOException {
        Path file = Files.write(folder.resolve("fuzz.weights"), weights);
        DarknetWeights.fits(file, small().network());
        DarknetWeights.readStart(file, small().network(), (name, values) -> {});
        DarknetWeights.read(file, small().network(), (name, values) -> {});
    }

    private DarknetConfig small() throws IOException {
        return DarknetConfig.read(Files.writeString(folder.resolve("small.cfg"), CONFIG));
    }

    private Fuzz weights() throws IOException {
        Path file = folder.resolve("seed.weights");
        DarknetConfig config = small();
        var parameters = config.network().parameters();
        DarknetWeights.write(
                file,
                config.network(),
                name -> new float
                        [parameters.stream()
                                .filter(one -> one.name().equals(name))
                                .findFirst()
                                .orElseThrow()
                                .size()],
                DarknetHeader.VERSION_0_2,
                1000);
        return Fuzz.of(DataException.class, "darknet-weights", List.of(Files.readAllBytes(file)));
    }
}
