package org.batchmill.train.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NetworkTest {

    private static final Shape INPUT = new Shape(3, 8, 8);

    private static Layer conv(String name, int filters, int stride) {
        return Layer.Conv2d.square(name, filters, 3, stride, Padding.same(), true);
    }

    private static Layer relu(String name) {
        return new Layer.Activation(name, ActivationFunction.RELU, 0);
    }

    private static NetworkBuilder network() {
        return Network.builder("test", INPUT);
    }

    private static void assertRefused(NetworkBuilder network, String message) {
        assertThatThrownBy(network::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void shouldReadEachLayerFromTheOneBeforeUnlessTold() {
        Network network = network()
                .add(conv("stem", 4, 1))
                .add(conv("left", 2, 1))
                .add(conv("right", 5, 1), "stem")
                .add(new Layer.Concat("both"), "left", "right")
                .add(relu("relu"))
                .build();
        assertThat(network.inputs())
                .isEqualTo(Map.of(
                        "stem", List.of("input"),
                        "left", List.of("stem"),
                        "right", List.of("stem"),
                        "both", List.of("left", "right"),
                        "relu", List.of("both")));
        assertThat(network.readers()).containsEntry("stem", List.of("left", "right"));
        assertThat(network.output()).isEqualTo(new Shape(7, 8, 8));
        assertThat(network.isChain()).isFalse();
    }

    @Test
    void shouldBeTheSameChainHoweverItIsBuilt() {
        Network listed = new Network("test", INPUT, List.of(conv("a", 4, 1), relu("b")));
        assertThat(listed.isChain()).isTrue();
        assertThat(network().add(conv("a", 4, 1)).add(relu("b"), "a").build()).isEqualTo(listed);
    }

    @Test
    void shouldTakeAResidualBlockApartIntoItsLayersAndASum() {
        Network block = new Network(
                "test",
                INPUT,
                List.of(
                        conv("stem", 4, 1),
                        new Layer.Residual(
                                "sum",
                                List.of(conv("a", 6, 2), relu("a-relu"), conv("b", 6, 1)),
                                List.of(conv("shortcut", 6, 2))),
                        relu("relu")));
        Network written = network()
                .add(conv("stem", 4, 1))
                .add(conv("a", 6, 2))
                .add(relu("a-relu"))
                .add(conv("b", 6, 1))
                .add(conv("shortcut", 6, 2), "stem")
                .add(new Layer.Add("sum"), "b", "shortcut")
                .add(relu("relu"))
                .build();
        assertThat(block).isEqualTo(written);
        Network plain =
                new Network("test", INPUT, List.of(new Layer.Residual("sum", List.of(conv("a", 3, 1)), List.of())));
        assertThat(plain.inputs()).containsEntry("sum", List.of("a", "input"));
    }

    @Test
    void shouldNameTheLayerThatCannotRead() {
        assertRefused(network().add(conv("a", 4, 1), "b"), "a: reads b, but there is no such layer");
        assertRefused(
                network().add(conv("a", 4, 1), "b").add(conv("b", 4, 1), "a"),
                "a: reads b, which reads it in turn: a circle");
        assertRefused(network().add(new Layer.Add("a"), "input", "a"), "a: reads a, which reads it in turn: a circle");
        assertRefused(
                network().add(conv("a", 4, 1), "b").add(conv("b", 4, 1), "input"),
                "a: reads b, which stands behind it");
        assertRefused(
                network().add(conv("a", 4, 1)).add(conv("b", 4, 1), "input"),
                "a: no layer reads it, and it is not the last");
        assertRefused(network().add(new Layer.Add("sum")), "sum: reads 1 inputs, not 2 or more");
        assertRefused(network().add(relu("relu"), "input", "input"), "relu: reads 2 inputs, not 1");
        assertThatThrownBy(() -> new Network("test", INPUT, 1, List.of(relu("a")), Map.of("b", List.of("a"))))
                .hasMessage("b: has inputs, but there is no such layer");
    }

    @Test
    void shouldNameTheLayerWhoseShapesDoNotFit() {
        assertRefused(
                network().add(conv("a", 4, 1)).add(new Layer.Add("sum"), "a", "input"),
                "sum: 4x8x8 cannot be added to 3x8x8");
        assertRefused(
                network().add(conv("a", 4, 2)).add(new Layer.Concat("both"), "a", "input"),
                "both: channels of 4x4x4 cannot lie beside those of 3x8x8");
        assertRefused(
                network()
                        .add(Layer.Conv2d.square("a", 4, 3, 1, Padding.same(), true)
                                .grouped(2)),
                "a: 3 channels are no 2 equal groups");
        assertRefused(
                network()
                        .add(Layer.Conv2d.square("a", 4, 3, 1, Padding.same(), true)
                                .grouped(3)),
                "a: 4 filters are no 3 equal groups");
        assertRefused(network().add(conv("a", 4, 0)), "a: a kernel of 3 x 3, strides of 0 x 0, a dilation of 1 x 1");
        assertRefused(
                network().add(Layer.TransposedConv2d.square("up", 4, 2, 3, Padding.same(), true)),
                "up: a kernel of 2 leaves gaps at a stride of 3");
        assertRefused(
                network().add(Layer.TransposedConv2d.square("up", 4, 3, 1, Padding.explicit(5), true)),
                "up: nothing is left of 3x8x8 inside the padding");
    }

    @Test
    void shouldNameTheLayerWhoseNumbersNoEngineCanCalculateWith() {
        assertRefused(network().add(new Layer.InputScale("a", Float.POSITIVE_INFINITY, 0)), "a: multiply is Infinity");
        assertRefused(network().add(new Layer.InputScale("a", 1, Float.NaN)), "a: add is NaN");
        assertRefused(network().add(new Layer.Dropout("a", 1)), "a: not from 0 to below 1, but a rate of 1.0");
        assertRefused(network().add(new Layer.Dropout("a", -.1f)), "a: not from 0 to below 1, but a rate of -0.1");
        assertRefused(network().add(new Layer.Dropout("a", Float.NaN)), "a: not from 0 to below 1, but a rate of NaN");
        assertRefused(network().add(new Layer.GaussianNoise("a", -1)), "a: a standard deviation of -1.0");
        assertRefused(network().add(norm(1.5f, 1e-5f)), "a: momentum is 1.5");
        assertRefused(network().add(norm(.9f, -1e-5f)), "a: epsilon is -1.0E-5");
        assertRefused(network().add(new Layer.LocalResponseNorm("a", 0, 1, 1, 1)), "a: size is 0");
        assertRefused(network().add(new Layer.LocalResponseNorm("a", 5, 1, 1, Float.NaN)), "a: bias is NaN");
        assertRefused(network().add(new Layer.Activation("a", ActivationFunction.ELU, Float.NaN)), "a: a slope of NaN");
        assertRefused(network().add(new Layer.ChannelScale("a", Float.NaN, true)), "a: begins with NaN");
    }

    private static Layer norm(float momentum, float epsilon) {
        return new Layer.BatchNorm("a", momentum, epsilon, Layer.BatchNorm.Rule.STANDARD);
    }

    @Test
    void shouldRefusePoolsOfPaddingAlone() {
        assertRefused(
                network().add(new Layer.MaxPool("a", 3, 2, 1, 1, Padding.explicit(2))),
                "a: a window of 2 lies on padding alone, beside 8 pixels");
        assertRefused(
                network().add(new Layer.AveragePool("a", 2, 2, 2, 2, new Padding.Explicit(0, 0, 2, 0))),
                "a: a window of 2 lies on padding alone, beside 8 pixels");
        assertThat(network()
                        .add(new Layer.MaxPool("a", 3, 3, 2, 2, new Padding.Explicit(2, 1, 1, 1)))
                        .build()
                        .output())
                .isEqualTo(new Shape(3, 5, 4));
    }

    @Test
    void shouldRefuseMorePixelsThanAnIntCounts() {
        assertRefused(
                network().add(new Layer.Upsample("a", 1 << 29, 1, Layer.Upsample.Mode.NEAREST)),
                "a: 4294967296 pixels in a line are too many");
        assertRefused(
                network().add(new Layer.Upsample("a", 1 << 14, 1 << 14, Layer.Upsample.Mode.NEAREST)),
                "a: puts out 3x131072x131072, which is more values than an array holds");
        assertThatThrownBy(() -> new Shape(3, 1 << 16, 1 << 16).size())
                .isInstanceOf(ArithmeticException.class)
                .hasMessage("3x65536x65536: more values than an array holds");
    }

    @Test
    void shouldRefuseNamesThatSomethingElseHas() {
        assertRefused(network().add(relu("input")), "no layer can be called input: so is the network's input");
        assertRefused(network().add(relu("a")).add(relu("a")), "two layers are called a");
        assertRefused(network().add(relu("a//b")), "not a layer name: \"a//b\"");
        assertRefused(
                network().add(relu("block")).add(relu("block/relu")),
                "block: a layer cannot be called as a scope of others is, block/...");
    }

    @Test
    void shouldNameParametersByScopesToo() {
        Network network = network().add(conv("block1/conv", 4, 1)).build();
        assertThat(network.parameters())
                .extracting(Parameter::name)
                .containsExactly("block1/conv/weights", "block1/conv/biases");
        assertThat(network.parameters().get(0).layer()).isEqualTo("block1/conv");
    }

    @Test
    void shouldGiveTheShapesOfWindowsAndScales() {
        Network network = network()
                .add(Layer.Conv2d.depthwise("deep", 3, 3, 2, Padding.same(), false))
                .add(Layer.Conv2d.square("grouped", 6, 3, 1, Padding.same(), true)
                        .grouped(3)
                        .dilated(2))
                .add(Layer.TransposedConv2d.square("same", 4, 3, 2, Padding.same(), true))
                .add(Layer.TransposedConv2d.square("valid", 5, 3, 2, Padding.valid(), true))
                .add(Layer.TransposedConv2d.square("explicit", 6, 4, 2, Padding.explicit(1), true))
                .add(new Layer.Upsample("up", 2, 3, Layer.Upsample.Mode.NEAREST))
                .add(new Layer.ChannelScale("scale", 1, true))
                .add(new Layer.GlobalAveragePool("mean"))
                .build();
        assertThat(network.outputShapes())
                .containsEntry("deep", new Shape(3, 4, 4))
                .containsEntry("grouped", new Shape(6, 4, 4))
                .containsEntry("same", new Shape(4, 8, 8))
                .containsEntry("valid", new Shape(5, 17, 17))
                .containsEntry("explicit", new Shape(6, 34, 34))
                .containsEntry("up", new Shape(6, 68, 102))
                .containsEntry("mean", Shape.vector(6));
        assertThat(network.parameters())
                .filteredOn(parameter -> parameter.role() == Parameter.Role.WEIGHTS)
                .extracting(Parameter::dimensions)
                .containsExactly(
                        List.of(3, 1, 3, 3),
                        List.of(6, 1, 3, 3),
                        List.of(6, 4, 3, 3),
                        List.of(4, 5, 3, 3),
                        List.of(5, 6, 4, 4));
    }

    private static Layer lstm(String name, boolean sequences) {
        return new Layer.Lstm(name, 5, Initializer.GLOROT_UNIFORM, sequences);
    }

    private static NetworkBuilder frames() {
        return Network.builder("test", Shape.vector(3)).timeSteps(4);
    }

    @Test
    void shouldKnowHowManyFramesALayerPutsOut() {
        Network network = frames().add(new Layer.Lengths("lengths", 0))
                .add(lstm("lstm1", true), "input", "lengths")
                .add(relu("relu"))
                .add(new Layer.Gru("gru", 2, Initializer.GLOROT_UNIFORM, false), "relu", "lengths")
                .build();
        assertThat(network.frames("lstm1")).isEqualTo(4);
        assertThat(network.frames("relu")).isEqualTo(4);
        assertThat(network.frames("lengths")).isEqualTo(1);
        assertThat(network.output()).isEqualTo(Shape.vector(2));
        assertThat(frames().add(lstm("lstm", true)).build().output()).isEqualTo(Shape.vector(20));
    }

    @Test
    void shouldNameTheLayerThatReadsNoSequence() {
        assertRefused(
                frames().add(lstm("lstm1", false)).add(lstm("lstm2", false)),
                "lstm2: reads one vector a sample, not the frames of a sequence");
        assertRefused(
                frames().add(lstm("lstm", false)).add(new Layer.Concat("both"), "lstm", "input"),
                "both: lstm has 1 frames a sample, input has 4");
        assertRefused(
                frames().add(relu("relu")).add(lstm("lstm", false), "input", "relu"),
                "lstm: its second input is relu, which is no Lengths layer");
        assertRefused(
                frames().add(new Layer.Lengths("lengths", 0)).add(relu("relu")),
                "relu: reads lengths, whose lengths only recurrent layers take, second");
    }
}
