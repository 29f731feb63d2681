package org.batchmill.train.description;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.batchmill.records.DataException;
import org.batchmill.train.network.ActivationFunction;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Padding;
import org.batchmill.train.network.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkFileTest {

    private static final String RESIDUAL =
            """
            input: 3x32x24
            layers:
              - scale: {multiply: 0.5, add: -1}
              - conv: stem
                filters: 16
                kernel: [3, 5]
                stride: 2
                padding: [1, 2, 1, 2]
                bias: false
              - relu
              - conv: block/body
                filters: 16
                kernel: 3
                groups: 4
              - add: block/sum
                from: [block/body, relu1]
              - leaky-relu: out-leaky
                slope: 0.2
              - global-average-pool
              - dense: out
                units: classes
            """;

    @TempDir
    Path folder;

    private Path write(String yaml) throws IOException {
        return Files.writeString(folder.resolve("mine.yaml"), yaml);
    }

    @Test
    void shouldReadLayersWithWhatIsUsualLeftOut() throws IOException {
        Network network = NetworkFile.read(write(RESIDUAL), 7);
        assertThat(network.name()).isEqualTo("mine");
        assertThat(network.input()).isEqualTo(new Shape(3, 32, 24));
        assertThat(network.layers())
                .extracting(Layer::name)
                .containsExactly(
                        "scale1",
                        "stem",
                        "relu1",
                        "block/body",
                        "block/sum",
                        "out-leaky",
                        "global-average-pool1",
                        "out");
        assertThat(network.inputs().get("block/sum")).isEqualTo(List.of("block/body", "relu1"));
        Layer.Conv2d stem = (Layer.Conv2d) network.layers().get(1);
        assertThat(stem.padding()).isEqualTo(new Padding.Explicit(1, 2, 1, 2));
        assertThat(stem.kernelWidth()).isEqualTo(5);
        assertThat(stem.bias()).isFalse();
        assertThat(((Layer.Conv2d) network.layers().get(3)).groups()).isEqualTo(4);
        assertThat(network.layers().get(5))
                .isEqualTo(new Layer.Activation("out-leaky", ActivationFunction.LEAKY_RELU, .2f));
        assertThat(network.output()).isEqualTo(Shape.vector(7));
    }

    @Test
    void shouldReadEveryKindOfLayer() throws IOException {
        String yaml =
                """
                name: all
                input: [2, 8, 8]
                layers:
                  - transposed-conv
                  - max-pool
                """;
        assertThatThrownBy(() -> NetworkFile.read(write(yaml), 1))
                .hasMessage(folder.resolve("mine.yaml") + ": line 4: corrupt: transposed-conv1: kernel is missing");
        Network network = NetworkFile.read(
                write(
                        """
                name: all
                input: [2, 8, 8]
                layers:
                  - transposed-conv: up
                    filters: 4
                    kernel: 2
                    stride: 2
                    padding: valid
                  - upsample: {factor: 2, mode: bilinear}
                  - max-pool
                  - average-pool: {kernel: 3, stride: 1, padding: same}
                  - batch-norm
                  - response-norm
                  - channel-scale
                  - dropout: {rate: .3}
                  - noise
                  - relu6
                  - elu
                  - sigmoid
                  - tanh
                  - concat: {from: [tanh1, sigmoid1]}
                  - reshape: {shape: 4x32x16}
                  - flatten
                  - dense: {units: 3}
                  - softmax
                """),
                1);
        assertThat(network.name()).isEqualTo("all");
        assertThat(network.outputShapes()).containsEntry("concat1", new Shape(8, 16, 16));
        Network sequence = NetworkFile.read(
                write(
                        """
                input: 6
                time-steps: 5
                layers:
                  - lengths: ends
                  - gru: {units: 4, sequences: true, from: [input, ends]}
                  - lstm: {units: 3, from: [gru1, ends]}
                """),
                1);
        assertThat(sequence.output()).isEqualTo(Shape.vector(3));
    }

    @Test
    void shouldRepeatWhatAnAliasStandsFor() throws IOException {
        Network network = NetworkFile.read(
                write(
                        """
                input: 3x8x8
                layers:
                  - &block {conv: , filters: &width 4, kernel: 3, padding: same, bias: false}
                  - relu
                  - *block
                  - conv: last
                    <<: *block
                    bias: true
                  - add: {from: [conv2, last]}
                  - dense: {units: *width}
                """),
                1);
        assertThat(network.layers())
                .extracting(Layer::name)
                .containsExactly("conv1", "relu1", "conv2", "last", "add1", "dense1");
        Layer.Conv2d last = (Layer.Conv2d) network.layers().get(3);
        assertThat(last.filters()).isEqualTo(4);
        assertThat(last.bias()).isTrue();
        assertThat(network.output()).isEqualTo(Shape.vector(4));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    *block | line 2: corrupt: is no YAML: found undefined alias block
                    &block [*block] | line 2: corrupt: values lie deeper than 8 levels
                    [{<<: 3}] | line 2: corrupt: << takes in maps, as <<: *name
                    [{? [a] : b}] | line 2: corrupt: a key is no word
                    [relu, relu];---;next | line 4: corrupt: a second document begins
                    """)
    void shouldRefuseAliasesOfNothingAndOfThemselves(String layers, String message) throws IOException {
        Path file = write("input: 3x8x8\nlayers: " + layers.replace(';', '\n') + "\n");
        assertThatThrownBy(() -> NetworkFile.read(file, 7))
                .isInstanceOf(DataException.class)
                .hasMessage(file + ": " + message);
    }

    @Test
    void shouldRefuseAliasesOfAliasesThatStandForTooMuch() throws IOException {
        StringBuilder yaml = new StringBuilder("a: &a [1,1,1,1,1,1,1,1,1,1]\n");
        for (char name = 'b'; name <= 'f'; name++) {
            String before = "*" + (char) (name - 1);
            yaml.append(name + ": &" + name + " [" + String.join(",", Collections.nCopies(10, before)) + "]\n");
        }
        Path file = write(yaml.toString());
        assertThatThrownBy(() -> NetworkFile.read(file, 7))
                .isInstanceOf(DataException.class)
                .hasMessageEndingWith("corrupt: aliases stand for more than 100000 values");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    filters: 16 | filters: many | line 5: corrupt: stem: filters is many, not a whole number up to 1048576
                    filters: 16 | filtres: 16 | line 4: corrupt: stem: filters is missing
                    stride: 2 | strid: 2 | line 7: corrupt: stem: there is no strid here: bias, dilation, filters, from, groups, kernel, padding, stride
                    kernel: [3, 5] | kernel: [3, 5, 7] | line 6: corrupt: stem: kernel is a list of 3, not of 2
                    bias: false | bias: no | line 9: corrupt: stem: bias is no, neither true nor false
                    padding: [1, 2, 1, 2] | padding: some | line 8: corrupt: stem: padding is some, not a whole number up to 1048576
                    stride: 2 | stride: 2000 | line 7: corrupt: stem: stride is 2000, above 1024
                    groups: 4 | groups: 3 | line 11: corrupt: block/body: 16 channels are no 3 equal groups
                    from: [block/body, relu1] | from: [block/body, relu2] | line 15: corrupt: block/sum: reads relu2, but there is no such layer
                    from: [block/body, relu1] | from: stem | line 15: corrupt: block/sum: reads 1 inputs, not 2 or more
                    - global-average-pool | - dropout: {rate: 1.5} | line 19: corrupt: dropout1: not from 0 to below 1, but a rate of 1.5
                    units: classes | units: 0 | line 21: corrupt: out: units is 0
                    input: 3x32x24 | input: 3x32 | line 1: corrupt: input is 3x32, not CHANNELSxHEIGHTxWIDTH or one number
                    layers: | layer: | line 2: corrupt: there is no layer here: input, layers, name, time-steps
                    """)
    void shouldNameLineAndLayerOfWhatIsWrong(String right, String wrong, String message) throws IOException {
        assertThat(RESIDUAL).contains(right);
        Path file = write(RESIDUAL.replace(right, wrong));
        assertThatThrownBy(() -> NetworkFile.read(file, 7))
                .isInstanceOf(DataException.class)
                .hasMessage(file + ": " + message);
    }

    @Test
    void shouldSayWhatWordWasProbablyMeant() throws IOException {
        Path file = write(RESIDUAL.replace("- relu\n", "- rleu\n"));
        assertThatThrownBy(() -> NetworkFile.read(file, 7))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith(
                        file + ": line 10: corrupt: no layer is called rleu; did you mean relu? There are ");
    }

    @Test
    void shouldRefuseWhatIsNoYaml() throws IOException {
        Path file = write("input: 3x8x8\nlayers: [}\n");
        assertThatThrownBy(() -> NetworkFile.read(file, 7))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith(file + ": line 2: corrupt: is no YAML: ");
    }
}
