package org.batchmill.train.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.stream.Stream;
import org.batchmill.train.engine.GraphNetworks;
import org.batchmill.train.models.ModelOptions;
import org.batchmill.train.models.Models;
import org.batchmill.train.network.Initializer;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Padding;
import org.batchmill.train.network.Parameter;
import org.batchmill.train.network.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NetworkJsonTest {

    /** As checkpoints held it before networks branched: an LSTM and a convolution without what came later, and a residual block. */
    private static final String BEFORE =
            """
            {"name":"old","input":{"channels":2,"height":6,"width":5},"timeSteps":3,"layers":[
            {"type":"Conv2d","name":"conv","filters":4,"kernelHeight":3,"kernelWidth":3,"strideHeight":1,"strideWidth":1,
             "dilationHeight":1,"dilationWidth":1,"padding":{"type":"Same"},"bias":false,
             "weightInitializer":{"type":"VarianceScaling","fan":"IN","scale":2.0,"normal":true},
             "biasInitializer":{"type":"Constant","value":0.0}},
            {"type":"Residual","name":"block","body":[
             {"type":"BatchNorm","name":"norm","momentum":0.9,"epsilon":0.001,"rule":"STANDARD"}],"projection":[]},
            {"type":"Lstm","name":"lstm","units":3,"weightInitializer":{"type":"Uniform","low":-1.0,"high":1.0}}]}
            """;

    private static JsonNode json(String text) throws JsonProcessingException {
        return new ObjectMapper().readTree(text);
    }

    @Test
    void shouldReadWhatWasWrittenBeforeNetworksBranched() throws JsonProcessingException {
        Network network = NetworkJson.read(json(BEFORE));
        assertThat(network)
                .isEqualTo(new Network(
                        "old",
                        new Shape(2, 6, 5),
                        3,
                        List.of(
                                Layer.Conv2d.square("conv", 4, 3, 1, Padding.same(), false),
                                new Layer.Residual(
                                        "block",
                                        List.of(new Layer.BatchNorm("norm", .9f, .001f, Layer.BatchNorm.Rule.STANDARD)),
                                        List.of()),
                                new Layer.Lstm("lstm", 3, new Initializer.Uniform(-1, 1)))));
        assertThat(network.parameters())
                .extracting(Parameter::name)
                .containsExactly(
                        "conv/weights",
                        "norm/gamma",
                        "norm/beta",
                        "norm/mean",
                        "norm/variance",
                        "lstm/weights",
                        "lstm/recurrent",
                        "lstm/biases");
    }

    @Test
    void shouldWriteChainsAsTheyWereWrittenBefore() throws JsonProcessingException {
        JsonNode written = json(BEFORE);
        JsonNode layers = written.path("layers");
        Network chain = new Network(
                "old",
                new Shape(2, 6, 5),
                3,
                List.of(
                        Layer.Conv2d.square("conv", 4, 3, 1, Padding.same(), false),
                        new Layer.BatchNorm("norm", .9f, .001f, Layer.BatchNorm.Rule.STANDARD),
                        new Layer.Lstm("lstm", 3, new Initializer.Uniform(-1, 1))));
        JsonNode its = NetworkJson.write(chain);
        assertThat(its.path("layers").get(0).toString()).isEqualTo(layers.get(0).toString());
        assertThat(its.path("layers").get(1).toString())
                .isEqualTo(layers.get(1).path("body").get(0).toString());
        assertThat(its.path("layers").get(2).toString()).isEqualTo(layers.get(2).toString());
        assertThat(its.fieldNames()).toIterable().containsExactly("name", "input", "timeSteps", "layers");
    }

    static Stream<Network> networks() {
        return Stream.concat(
                GraphNetworks.all().values().stream(),
                Models.names().stream().map(name -> Models.byName(name, ModelOptions.classes(3))));
    }

    @ParameterizedTest
    @MethodSource("networks")
    void shouldReadWhatItWrites(Network network) throws JsonProcessingException {
        assertThat(NetworkJson.read(json(NetworkJson.write(network).toString())))
                .isEqualTo(network);
    }

    static Stream<String> damages() {
        return Stream.of(
                "\"strideHeight\":1|\"strideHeight\":0",
                "\"padding\":{\"type\":\"Same\"},|",
                "\"name\":\"conv\",|",
                "\"timeSteps\":3|\"timeSteps\":0",
                "\"name\":\"old\",|");
    }

    @ParameterizedTest
    @MethodSource("damages")
    void shouldRefuseWhatIsNoNetworkByTheNetworksName(String damage) throws JsonProcessingException {
        String[] change = damage.split("\\|", -1);
        JsonNode json = json(BEFORE.replace(change[0], change[1]));
        assertThatThrownBy(() -> NetworkJson.read(json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("network");
    }

    @Test
    void shouldNameTheLayerThatReadsWhatThereIsNot() throws JsonProcessingException {
        JsonNode json = json(
                """
                {"name":"n","input":{"channels":2,"height":6,"width":5},"timeSteps":1,"layers":[
                {"type":"Flatten","name":"flat","inputs":["conv"]}]}
                """);
        assertThatThrownBy(() -> NetworkJson.read(json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("network: flat: reads conv, but there is no such layer");
    }
}
