package org.batchmill.jobs.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.batchmill.jobs.samples.DrawnSamples;
import org.batchmill.records.UsageException;
import org.batchmill.train.models.Models;
import org.batchmill.train.network.Layer;
import org.batchmill.train.network.Network;
import org.batchmill.train.network.Shape;
import org.batchmill.train.task.TaskDescription;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TaskDefinitionTest {

    @ParameterizedTest
    @CsvSource({
        "yolo-v1-mini, YOLO",
        "digits-cnn, DIGITS",
        "pilotnet-small, STEERING",
        "line, LINE",
        "table, TABLE",
        "resnet18, CLASSIFY",
        "lenet5, CLASSIFY"
    })
    void shouldBelongToTheFamilyOfItsModels(String model, TaskKind kind) throws Exception {
        assertThat(TaskDefinition.ofModel(model)).hasSameClassAs(kind.definition());
        NamedModel named = NamedModel.of(model, List.of(), Layer.BatchNorm.Rule.STANDARD);
        assertThat(named.task().loss()).isNotNull();
        assertThat(named.task().core().description().kind())
                .isEqualTo(kind.definition().checkpointKind());
    }

    @ParameterizedTest
    @CsvSource({"yolo-v1-mini", "digits-cnn", "pilotnet-small", "line", "table"})
    void shouldComeBackFromWhatACheckpointKeepsOfIt(String model) throws Exception {
        NetworkTask task =
                NamedModel.of(model, List.of(), Layer.BatchNorm.Rule.STANDARD).task();
        TaskDescription kept = task.core().description();
        assertThat(NetworkTask.of(kept).core().description()).isEqualTo(kept);
        assertThat(NetworkTask.of(kept).loss()).hasSameClassAs(task.loss());
    }

    @Test
    void shouldGiveEveryModelToATaskThatKnowsIt() {
        for (String model : Models.names()) {
            boolean table = model.startsWith("table");
            assertThat(TaskDefinition.ofModel(model).models()).as(model).contains(model);
            assertThat(TaskDefinition.ofModel(model).family().equals("table"))
                    .as(model)
                    .isEqualTo(table);
        }
    }

    @Test
    void shouldShowClassifiersImagesOfAnySizeInColour() throws Exception {
        assertThat(classifier("resnet18", null).input()).isEqualTo(new Shape(3, 64, 64));
        assertThat(classifier("googlenet-small", null).input()).isEqualTo(new Shape(3, 32, 32));
        assertThat(classifier("squeezenet", "96x128").input()).isEqualTo(new Shape(3, 96, 128));
        assertThatThrownBy(() -> classifier("lenet5", "32x32"))
                .isInstanceOf(UsageException.class)
                .hasMessage("inputSize cannot be chosen for lenet5, which takes 28 x 28");
        assertThatThrownBy(() -> classifier("squeezenet", "8x8")).isInstanceOf(UsageException.class);
    }

    @Test
    void shouldBoundTheGradientsOfClassifiersThatNothingNormalizes() throws Exception {
        assertThat(learning(Map.of("model", "squeezenet"))
                        .recipe()
                        .optimization()
                        .clipNorm())
                .isEqualTo(1);
        assertThat(learning(Map.of("model", "resnet18")).recipe().optimization().clipNorm())
                .isZero();
        assertThat(learning(Map.of("model", "squeezenet", "clip-norm", "3"))
                        .recipe()
                        .optimization()
                        .clipNorm())
                .isEqualTo(3);
    }

    private static Network classifier(String model, String size) throws Exception {
        return learning(size == null ? Map.of("model", model) : Map.of("model", model, "input-size", size))
                .network();
    }

    private static Learning learning(Map<String, String> asked) throws Exception {
        TrainOptions options = TrainOptions.of(TaskKind.CLASSIFY).with(asked);
        options.data().classes = List.of("cat", "dog");
        return Learning.of(options, DrawnSamples.named("digits", false, List.of()), null, null);
    }

    @Test
    void shouldSmoothLabelsOfClassifiersAlone() {
        TrainOptions options = TrainOptions.of(TaskKind.TABLE);
        options.optimization().labelSmoothing = .1f;
        assertThatThrownBy(() -> Learning.of(options, DrawnSamples.named("table", false, List.of()), null, null))
                .isInstanceOf(UsageException.class)
                .hasMessage("labelSmoothing is for classify and digits");
    }

    @Test
    void shouldRefuseACheckpointOfAnotherWorld() {
        TaskDescription strange = new TaskDescription("translation", List.of(), Map.of());
        assertThatThrownBy(() -> NetworkTask.of(strange))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("translation");
    }

    @ParameterizedTest
    @EnumSource(
            value = TaskKind.class,
            names = {"STEERING", "CLASSIFY"},
            mode = EnumSource.Mode.EXCLUDE)
    void shouldLeaveTheViewOfFramesToSteering(TaskKind kind) {
        TrainOptions options = TrainOptions.of(kind);
        options.frames().frames = 3;
        assertThatThrownBy(() -> kind.definition().view(options))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("inputSize, frames and frameGap are for steering");
    }

    @Test
    void shouldDetectAndSteerOnlyWithNetworksThatDo() throws Exception {
        NetworkTask digits = NamedModel.of("digits-cnn", List.of(), Layer.BatchNorm.Rule.STANDARD)
                .task();
        assertThatThrownBy(() -> digits.detector(Path.of("a.ckpt")))
                .isInstanceOf(UsageException.class)
                .hasMessage("a.ckpt is not of a detector, but of classification");
        assertThatThrownBy(() -> digits.driver(Path.of("a.ckpt")))
                .isInstanceOf(UsageException.class)
                .hasMessage("a.ckpt does not steer: it was trained for classification");
        assertThatThrownBy(digits::angles).isInstanceOf(UsageException.class);
        assertThat(digits.classifier(Path.of("a.ckpt"))).isSameAs(digits.core());
        NetworkTask line =
                NamedModel.of("line", List.of(), Layer.BatchNorm.Rule.STANDARD).task();
        assertThatThrownBy(() -> line.classifier(Path.of("a.ckpt")))
                .isInstanceOf(UsageException.class)
                .hasMessage("a.ckpt is not of a classifier, but of table");
    }
}
