package org.batchmill.train.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.batchmill.records.DataException;
import org.batchmill.testing.Seed;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Padding;
import org.batchmill.train.network.Shape;
import org.batchmill.train.protobuf.Message;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What layers are made of ONNX's nodes, and what is refused; what they calculate is checked by ONNX Runtime in the integration tests. */
class OnnxNetworkTest {

    @TempDir
    Path folder;

    private OnnxModelBuilder model;

    @BeforeEach
    void setUp() {
        model = new OnnxModelBuilder(13, Seed.random(Seed.of(this)));
    }

    private OnnxNetwork read() throws IOException {
        return OnnxNetwork.read(model.write(folder.resolve("m.onnx")));
    }

    private void expectRefusal(String message) throws IOException {
        Path file = model.write(folder.resolve("m.onnx"));
        assertThatThrownBy(() -> OnnxNetwork.read(file))
                .isInstanceOf(DataException.class)
                .hasMessage(file + ": " + message);
    }

    @Test
    void shouldCallLayersAsTheirWeightsAre() throws IOException {
        model.input("x", 0, 3, 8, 8);
        Message window = OnnxModelBuilder.ints(new Message(), "pads", 1, 1, 1, 1);
        String conv = model.node("Conv", "1", window, "x", model.weights("layer1.0.conv1.weight", -1, 1, 4, 3, 3, 3));
        String relu = model.node("Relu", "2", conv);
        Message folded = OnnxModelBuilder.ints(new Message(), "strides", 2, 2);
        model.node("Conv", "3", folded, relu, model.weights("onnx::Conv_17", -1, 1, 2, 4, 1, 1));
        model.output("3");
        OnnxNetwork imported = read();
        assertThat(imported.network().layers())
                .extracting(Layer::name)
                .containsExactly("layer1.0.conv1", "1/Relu", "2/Conv");
        Layer.Conv2d first = (Layer.Conv2d) imported.network().layers().get(0);
        assertThat(first.padding()).isEqualTo(Padding.explicit(1));
        assertThat(first.bias()).isFalse();
        assertThat(imported.network().outputShapes()).containsEntry("2/Conv", new Shape(2, 4, 4));
        assertThat(imported.parameters().get("layer1.0.conv1/weights")).hasSize(4 * 3 * 3 * 3);
    }

    @Test
    void shouldMakeOneLayerOfAProductAndWhatIsAddedToIt() throws IOException {
        model.input("x", 0, 5);
        String product = model.node("MatMul", "p", "x", model.weights("fc.weight", -1, 1, 5, 2));
        model.node("Add", "y", model.constant("fc.bias", List.of(2), 3, 4), product);
        model.output("y");
        OnnxNetwork imported = read();
        assertThat(imported.network().layers()).hasSize(1);
        assertThat(imported.parameters().get("fc/biases")).containsExactly(3, 4);
    }

    @Test
    void shouldMakeOneScaleOfASubtractionAndADivision() throws IOException {
        model.input("x", 0, 2, 4, 4);
        String centred = model.node("Sub", "c", "x", model.constant("mean", List.of(1, 2, 1, 1), 1, 2));
        String scaled = model.node("Div", "s", centred, model.constant("std", List.of(2, 1, 1), 2, 4));
        model.node("GlobalAveragePool", "y", scaled);
        model.output("y");
        OnnxNetwork imported = read();
        assertThat(imported.network().layers())
                .hasOnlyElementsOfTypes(Layer.ChannelScale.class, Layer.GlobalAveragePool.class);
        assertThat(imported.parameters().get("1/Div/gamma")).containsExactly(.5f, .25f);
        assertThat(imported.parameters().get("1/Div/beta")).containsExactly(-.5f, -.5f);
    }

    @Test
    void shouldLeaveOutWhatTheOutputDoesNotNeed() throws IOException {
        model.input("x", 0, 3, 8, 8);
        model.node("HardSwish", "unused", "x");
        model.node("GlobalAveragePool", "y", "x");
        model.output("y");
        assertThat(read().network().layers()).hasSize(1);
    }

    @Test
    void shouldNameTheNodeOfAnOperatorThatIsLacking() throws IOException {
        model.input("x", 0, 3, 8, 8);
        model.node("HardSwish", "y", model.node("Relu", "r", "x"));
        model.output("y");
        expectRefusal("unsupported: node /1/HardSwish (HardSwish): no layer here stands for this operator");
    }

    private void recurrent(String operation, int gates, float... state) {
        model.input("x", 0, 5, 3);
        String frames = model.node("Transpose", "t", OnnxModelBuilder.ints(new Message(), "perm", 1, 0, 2), "x");
        Message units = OnnxModelBuilder.integer(new Message(), "hidden_size", 2);
        OnnxModelBuilder.integer(units, "linear_before_reset", 1);
        // All of its outputs are left out, the last one is wanted.
        model.node(
                operation,
                "h",
                units.text(2, ""),
                frames,
                model.weights("w", -1, 1, 1, 2 * gates, 3),
                model.weights("r", -1, 1, 1, 2 * gates, 2),
                "",
                "",
                model.constant("begin", List.of(1, 1, 2), state));
        model.node("Squeeze", "y", "h", model.integers("axes", 0));
        model.output("y");
    }

    @ParameterizedTest
    @CsvSource({"LSTM, 4", "GRU, 3"})
    void shouldTakeAStateOfZerosForNone(String operation, int gates) throws IOException {
        recurrent(operation, gates, 0, 0);
        OnnxNetwork imported = read();
        assertThat(imported.network().timeSteps()).isEqualTo(5);
        assertThat(imported.network().layers()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"LSTM, 4", "GRU, 3"})
    void shouldNameTheNodeThatBeginsWithAState(String operation, int gates) throws IOException {
        recurrent(operation, gates, 0, .5f);
        expectRefusal("unsupported: node /1/" + operation + " (" + operation
                + "): has lengths, a state to begin with that is not 0, or peepholes");
    }

    @Test
    void shouldNameAnOperatorOfAnotherDomain() throws IOException {
        model.input("x", 0, 3, 8, 8);
        model.node("FusedConv", "y", new Message().text(7, "com.microsoft"), "x");
        model.output("y");
        expectRefusal(
                "unsupported: node /0/FusedConv (com.microsoft.FusedConv): no layer here stands for this operator");
    }

    @Test
    void shouldRefuseWeightsInAnotherFile() throws IOException {
        model.input("x", 0, 3, 8, 8);
        model.node("Conv", "y", "x", model.external("conv.weight", 4, 3, 3, 3));
        model.output("y");
        expectRefusal("unsupported: constant conv.weight is kept in another file: save the model with all its data in"
                + " one");
    }

    @Test
    void shouldRefuseOtherOperatorSets() throws IOException {
        model = new OnnxModelBuilder(12, Seed.random(Seed.of(this)));
        model.input("x", 0, 3, 8, 8);
        model.node("Relu", "y", "x");
        model.output("y");
        expectRefusal("unsupported: is of ONNX's operator set 12; 13 to 21 are read");
    }

    @Test
    void shouldRefuseAnInputOfUnknownSize() throws IOException {
        model.input("x", 0, 3, 0, 0);
        model.node("Relu", "y", "x");
        model.output("y");
        expectRefusal("unsupported: its input x of [0, 3, 0, 0] is not of floats [samples][channels][height][width] or"
                + " [samples][numbers], of which only the samples may be open");
    }

    @Test
    void shouldRefuseWeightsThatDoNotFit() throws IOException {
        model.input("x", 0, 3, 8, 8);
        model.node("Conv", "y", "x", model.weights("conv.weight", -1, 1, 4, 2, 3, 3));
        model.output("y");
        expectRefusal("corrupt: conv/weights has 72 numbers, not [4, 3, 3, 3]");
    }

    @Test
    void shouldRefuseAProductOfTwoValues() throws IOException {
        model.input("x", 0, 3, 8, 8);
        model.node("Mul", "y", model.node("Sigmoid", "s", "x"), "x");
        model.output("y");
        expectRefusal("unsupported: node /1/Mul (Mul): multiplies two values of the network");
    }

    @Test
    void shouldRefuseARowThatMixesSamples() throws IOException {
        model.input("x", 0, 3, 8, 8);
        model.node("Reshape", "y", model.node("Relu", "r", "x"), model.integers("shape", -1, 7));
        model.output("y");
        expectRefusal("unsupported: node /1/Reshape (Reshape): makes [-1, 7] of rows of 3x8x8, which mixes them");
    }

    @Test
    void shouldRefuseAValueThatNoNodeGives() throws IOException {
        model.input("x", 0, 3, 8, 8);
        model.node("Add", "y", "x", "z");
        model.output("y");
        expectRefusal("corrupt: node /0/Add (Add): reads z, which no node before it gives");
    }

    @Test
    void shouldRefuseWhatIsNoModel() throws IOException {
        Path file = Files.write(folder.resolve("m.onnx"), "{}".getBytes(StandardCharsets.US_ASCII));
        assertThatThrownBy(() -> OnnxNetwork.read(file))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith(file + ": corrupt: ");
    }

    @Test
    void shouldTellOfAnAverageThatBecomesAConvolution() throws IOException {
        model.input("x", 0, 2, 6, 6);
        Message window = OnnxModelBuilder.ints(new Message(), "kernel_shape", 3, 3);
        OnnxModelBuilder.ints(window, "pads", 1, 1, 1, 1);
        model.node("AveragePool", "y", OnnxModelBuilder.integer(window, "count_include_pad", 1), "x");
        model.output("y");
        OnnxNetwork imported = read();
        assertThat(imported.notes())
                .containsExactly("0/AveragePool: averages that count padding are a convolution of equal weights here");
        assertThat(imported.parameters().get("0/AveragePool/weights")).containsOnly(1 / 9f);
    }
}
