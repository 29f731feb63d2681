package org.batchmill.train.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.batchmill.records.UsageException;
import org.batchmill.train.network.Initializers;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Parameter;
import org.batchmill.train.network.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelsTest {

    /** Known from the papers, or counted by hand; digits-cnn is the course's 3,274,634. Tables have 8 columns here. */
    @ParameterizedTest
    @CsvSource({
        "yolo-v1-tiny,    20, 45089374",
        "yolo-v1-resnet18,     20, 11191902",
        "yolo-v1-mobilenet-v2, 20, 2262302",
        "pilotnet,         1, 1595511",
        "pilotnet-small,   1, 252219",
        "digits-softmax,  10, 7850",
        "digits-fc,       10, 269322",
        "digits-cnn,      10, 3274634",
        "digits-cnn-lrn,  10, 3274634",
        "digits-cnn-bn,   10, 3274730",
        "lenet5,          10, 61706",
        "vgg11,         1000, 132863336",
        "googlenet-small, 10, 1652826",
        "squeezenet,    1000, 1235496",
        "mobilenet-v2,  1000, 3504872",
        "resnet18,      1000, 11689512",
        "resnet50,      1000, 25557032",
        "table,            1, 121",
        "table-bn,         1, 137",
        "line,             1, 9"
    })
    void shouldHaveTheKnownNumberOfParameters(String name, int classes, long parameters) {
        assertThat(model(name, classes).trainableCount()).isEqualTo(parameters);
    }

    @Test
    void shouldPredict1470ValuesInBothTinyNetworks() {
        assertThat(model("yolo-v1-tiny", 20).output()).isEqualTo(Shape.vector(1470));
        assertThat(model("yolo-v1-tiny-bn", 20).output()).isEqualTo(Shape.vector(1470));
    }

    @Test
    void shouldStartTheDenseLayersOfTinyYoloAsTheReferenceDoes() {
        Parameter weights = model("yolo-v1-tiny", 20).parameters().stream()
                .filter(parameter -> parameter.name().equals("dense2/weights"))
                .findFirst()
                .orElseThrow();
        float[] values = Initializers.values(weights, 1);
        double largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        // scale * rand_uniform(-1, 1) with scale = sqrt(2 / inputs), of a million draws.
        assertThat(largest).isCloseTo(Math.sqrt(2.0 / 256), within(1e-5));
    }

    @Test
    void shouldKeepTheMiniBelowAMillionParameters() {
        Network mini = model("yolo-v1-mini", 3);

        assertThat(mini.output()).isEqualTo(Shape.vector(49 * (3 + 2 * 5)));
        assertThat(mini.trainableCount()).isLessThan(1_000_000);
    }

    @Test
    void shouldComeDownTo2Times7InTheSeedNetwork() {
        assertThat(model("pilotnet-seed", 1).outputShapes()).containsEntry("conv5", new Shape(64, 2, 7));
    }

    @ParameterizedTest
    @CsvSource({
        "googlenet-small, halve2/channels, 240, 7",
        "squeezenet,      fire9/channels,  512, 13",
        "mobilenet-v2,    conv2-relu,     1280, 7",
        "resnet18,        layer4/block2/relu, 512, 7",
        "resnet50,        layer4/block3/relu, 2048, 7",
        "vgg11,           pool5,           512, 7",
    })
    void shouldComeDownToTheKnownSizes(String name, String layer, int channels, int side) {
        assertThat(model(name, 10).outputShapes()).containsEntry(layer, new Shape(channels, side, side));
    }

    /** What the paper counts. */
    @Test
    void shouldHaveTheParametersOfTheSmallInceptionBesideItsNorms() {
        assertThat(model("googlenet-small", 10).parameters().stream()
                        .filter(parameter -> !parameter.layer().endsWith("-norm"))
                        .mapToLong(Parameter::size)
                        .sum())
                .isEqualTo(1_649_402);
    }

    @Test
    void shouldTakeImagesOfOtherSizes() {
        assertThat(Models.byName("resnet18", ModelOptions.classes(5).image(64, 96))
                        .outputShapes())
                .containsEntry("layer4/block2/relu", new Shape(512, 2, 3));
    }

    @Test
    void shouldStackFramesAsChannelsOrFeedThemToTheLstm() {
        ModelOptions three = ModelOptions.classes(1).frames(3).image(80, 240);
        assertThat(Models.byName("pilotnet-small", three).input()).isEqualTo(new Shape(9, 80, 240));
        Network lstm = Models.byName("pilotnet-lstm", three);
        assertThat(lstm.input()).isEqualTo(new Shape(3, 80, 240));
        assertThat(lstm.timeSteps()).isEqualTo(3);
    }

    @Test
    void shouldBuildEveryModelItNames() {
        assertThat(Models.names())
                .allSatisfy(name -> assertThat(model(name, 2).name()).isEqualTo(name));
    }

    @Test
    void shouldNameTheModelsThereAre() {
        assertThatThrownBy(() -> model("yolo-v9", 2))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("yolo-v1-tiny");
    }

    private static Network model(String name, int classes) {
        return Models.byName(name, ModelOptions.classes(classes));
    }
}
